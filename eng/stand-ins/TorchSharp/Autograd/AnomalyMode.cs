namespace TorchSharp;

/// <summary>Turns anomaly detection on or off until it is disposed.</summary>
public class AnomalyMode : IDisposable
{
    private readonly bool wasEnabled = IsEnabled;
    private readonly bool checkedNaN = ShouldCheckNaN;
    private bool disposed;

    public AnomalyMode(bool enabled, bool check_nan = true) => Shim.shim_set_anomaly_mode(enabled ? 1 : 0, check_nan ? 1 : 0);

    public static bool IsEnabled => (Shim.shim_anomaly_mode() & 1) != 0;

    public static bool ShouldCheckNaN => (Shim.shim_anomaly_mode() & 2) != 0;

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing || disposed) return;
        disposed = true;
        Shim.shim_set_anomaly_mode(wasEnabled ? 1 : 0, checkedNaN ? 1 : 0);
    }
}
