using System.Runtime.InteropServices;

namespace GrpoAnalyzers.StandIns.Tests.Training;

/// <summary>The library that multiplies matrices in this process.</summary>
internal static class OpenBlas
{
    /// <summary>The kernel that it chose for the processor, by its own name.</summary>
    public static unsafe string? Kernel()
    {
        var name = (delegate* unmanaged<nint>)NativeLibrary.GetExport(NativeLibrary.Load("libopenblas.so.0"), "openblas_get_corename");
        return Marshal.PtrToStringUTF8(name());
    }
}
