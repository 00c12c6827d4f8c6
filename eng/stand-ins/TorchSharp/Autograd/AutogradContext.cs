namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>Carries what forward saves for backward.</summary>
        public class AutogradContext : IDisposable
        {
            private readonly Dictionary<string, object> data = [];

            // The native context lives while libtorch calls forward or backward, and is only reachable then.
            private nint native;

            internal AutogradContext()
            {
            }

            public bool MaterializeGrads { get; private set; } = true;

            private nint Native => native != 0 ? native : throw new InvalidOperationException("The context is only valid inside forward and backward.");

            public void save_data(string key, object value) => data[key] = value;

            public object get_data(string key) => data[key];

            public unsafe void save_for_backward(List<Tensor> tensors)
            {
                fixed (nint* handles = HandleList.Of(tensors)) Shim.Check(Shim.shim_save_for_backward(Native, handles, tensors.Count));
                GC.KeepAlive(tensors);
            }

            public unsafe List<Tensor> get_saved_variables()
            {
                nint* handles;
                var count = Shim.CheckNonNegative(Shim.shim_saved(Native, &handles));
                return HandleList.Take(handles, count);
            }

            public unsafe void mark_dirty(List<Tensor> tensors)
            {
                fixed (nint* handles = HandleList.Of(tensors)) Shim.Check(Shim.shim_mark_dirty(Native, handles, tensors.Count));
                GC.KeepAlive(tensors);
            }

            public unsafe void mark_non_differentiable(List<Tensor> tensors)
            {
                fixed (nint* handles = HandleList.Of(tensors)) Shim.Check(Shim.shim_mark_non_differentiable(Native, handles, tensors.Count));
                GC.KeepAlive(tensors);
            }

            public void set_materialize_grads(bool value)
            {
                MaterializeGrads = value;
                Shim.shim_set_materialize_grads(Native, value ? 1 : 0);
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            internal void Enter(nint context) => native = context;

            internal void Leave() => native = 0;

            protected virtual void Dispose(bool disposing)
            {
                if (disposing) data.Clear();
            }
        }
    }
}
