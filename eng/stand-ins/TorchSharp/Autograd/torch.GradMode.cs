namespace TorchSharp;

public static partial class torch
{
    /// <summary>No operation on this thread is recorded for differentiation until the result is disposed.</summary>
    public static IDisposable no_grad() => new GradModeGuard(false);

    public static IDisposable enable_grad(bool enabled = true) => new GradModeGuard(enabled);

    public static IDisposable set_grad_enabled(bool mode = true) => new GradModeGuard(mode);

    public static IDisposable inference_mode(bool mode = true) => new InferenceModeGuard(mode);

    public static bool is_grad_enabled() => Shim.shim_grad_mode() != 0;

    public static bool is_inference_mode_enabled() => Shim.shim_inference_mode() != 0;

    // The modes are the native thread's: a guard is disposed on the thread that made it.
    private sealed class GradModeGuard : IDisposable
    {
        private readonly bool before = is_grad_enabled();
        private bool disposed;

        internal GradModeGuard(bool enabled) => Shim.shim_set_grad_mode(enabled ? 1 : 0);

        public void Dispose()
        {
            if (disposed) return;
            disposed = true;
            Shim.shim_set_grad_mode(before ? 1 : 0);
        }
    }

    private sealed class InferenceModeGuard(bool enabled) : IDisposable
    {
        private nint guard = Shim.CheckPointer(Shim.shim_enter_inference_mode(enabled ? 1 : 0));

        public void Dispose()
        {
            if (guard == 0) return;
            Shim.shim_leave_inference_mode(guard);
            guard = 0;
        }
    }
}
