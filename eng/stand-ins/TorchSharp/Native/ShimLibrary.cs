using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace TorchSharp;

/// <summary>Finds and loads the native half, and sets what libtorch and its BLAS read from the environment before that.</summary>
internal static partial class ShimLibrary
{
    internal const string Name = "grpo_torch_shim";

    internal const string PathVariable = "GRPO_TORCH_SHIM";

    private const string FileName = "libgrpo_torch_shim.so";

    private static readonly Lazy<nint> handle = new(Load);

    internal static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
        => name == Name ? handle.Value : 0;

    private static nint Load()
    {
        ChooseBlasKernel();
        var library = NativeLibrary.Load(Locate());
        ChooseThreads(library);
        return library;
    }

    private static string Locate()
    {
        if (Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } chosen)
        {
            return File.Exists(chosen) ? chosen : throw new DllNotFoundException($"{PathVariable} names {chosen}, which does not exist.");
        }

        foreach (var folder in new[] { Path.GetDirectoryName(typeof(ShimLibrary).Assembly.Location), AppContext.BaseDirectory })
        {
            if (!string.IsNullOrEmpty(folder) && File.Exists(Path.Combine(folder, FileName))) return Path.Combine(folder, FileName);
        }

        throw new DllNotFoundException($"{FileName}, the native half of the TorchSharp stand-in, is not beside {typeof(ShimLibrary).Assembly.GetName().Name}.dll: run eng/setup and build again.");
    }

    // OpenBLAS older than the processor falls back to a kernel several times slower; .NET's SetEnvironmentVariable does not reach getenv.
    private static void ChooseBlasKernel()
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable("OPENBLAS_CORETYPE") is not null) return;
        var kernel = Avx512F.IsSupported && Avx512DQ.IsSupported && Avx512BW.IsSupported ? "SkylakeX" : Avx2.IsSupported ? "Haswell" : null;
        if (kernel is not null) _ = SetEnvironment("OPENBLAS_CORETYPE", kernel, 0);
    }

    // Debian's libtorch starts with one thread.
    private static unsafe void ChooseThreads(nint library)
    {
        if (Environment.GetEnvironmentVariable("OMP_NUM_THREADS") is { Length: > 0 }) return;
        var setThreads = (delegate* unmanaged<int, int>)NativeLibrary.GetExport(library, "shim_set_threads");
        _ = setThreads(Environment.ProcessorCount);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
