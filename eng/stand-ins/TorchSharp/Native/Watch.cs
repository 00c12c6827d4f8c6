namespace TorchSharp;

/// <summary>What this thread does to tensors from now on, for tests; the package has nothing like it. One at a time, disposed by the thread that made it.</summary>
internal sealed class Watch : IDisposable
{
    private nint handle = Shim.CheckPointer(Shim.shim_watch());

    /// <summary>How often values came to the host: numbers and arrays that were read, and operators whose result or its shape is made of values.</summary>
    internal static long HostReads => Shim.shim_host_reads();

    /// <summary>Bytes of the largest block of memory that a tensor was given.</summary>
    internal static long LargestBlock => Shim.shim_largest_block();

    public void Dispose()
    {
        if (handle != 0) Shim.shim_unwatch(handle);
        handle = 0;
    }
}
