using System.Diagnostics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace GrpoAnalyzers.Benchmarks;

/// <summary>What multiplies matrices here, and how fast.</summary>
internal static class Blas
{
    internal const string Open = "OpenBLAS ";

    private delegate IntPtr CoreName();

    /// <summary>OpenBLAS's kernel; it is chosen when the library is loaded, by processor or by OPENBLAS_CORETYPE.</summary>
    internal static string Kernel
    {
        get
        {
            if (!NativeLibrary.TryLoad("libopenblas.so.0", out var library)) return "not OpenBLAS";
            var name = Marshal.GetDelegateForFunctionPointer<CoreName>(NativeLibrary.GetExport(library, "openblas_get_corename"));
            return Open + Marshal.PtrToStringAnsi(name());
        }
    }

    /// <summary>
    /// A kernel that fits, where OpenBLAS does not know the processor and takes its oldest one: a figure on that would tell about nothing but the mistake.
    /// </summary>
    internal static string? BetterKernel(string found)
    {
        if (!found.EndsWith("Prescott", StringComparison.Ordinal) && !found.EndsWith("generic", StringComparison.Ordinal)) return null;
        var flags = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal)) ?? "";
        return flags.Contains(" avx512f ", StringComparison.Ordinal) ? "SkylakeX" : flags.Contains(" avx2 ", StringComparison.Ordinal) ? "Haswell" : null;
    }

    /// <summary>Milliseconds of the three products of a step alone, each in one call into memory that is there. Chunks fit caches better, by a few per cent at most.</summary>
    internal static double Products(TrainingBatch batch, FusedSettings settings)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var weight = batch.Weight.detach();
        var hidden = batch.Hidden.detach().view(-1, settings.Width);
        var slope = empty([settings.Tokens, settings.Vocabulary], settings.ScalarType, hidden.device).fill_(1e-3);
        var hiddenGradient = zeros_like(hidden);
        var weightGradient = zeros_like(weight);
        Synchronize(settings);
        var clock = Stopwatch.StartNew();
        slope.addmm_(hidden, weight.t(), 0, 1);
        hiddenGradient.addmm_(slope, weight, 0, 1);
        weightGradient.addmm_(slope.t(), hidden, 0, 1);
        Synchronize(settings);
        return clock.Elapsed.TotalMilliseconds;
    }

    internal static void Synchronize(FusedSettings settings)
    {
        if (settings.OnCuda) cuda.synchronize();
    }
}
