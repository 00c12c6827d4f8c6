using System.Diagnostics;
using System.Globalization;
using GrpoAnalyzers.Runtime;
using static TorchSharp.torch;

namespace GrpoAnalyzers.Benchmarks;

/// <summary>
/// The process that computes: it reads one command a line and answers each with one. The first contestant of a process is preceded by a small step, so
/// that what is loaded and compiled once is in neither figure.
/// </summary>
internal static class FusedWorker
{
    public static int Run(FusedSettings settings)
    {
        set_num_threads(settings.Threads);
        if (settings.OnCuda && !cuda.is_available()) return Fail("there is no CUDA device, or this TorchSharp has no CUDA libraries.");

        TrainingBatch? batch = null;
        LossLayer? layer = null;
        var warm = new HashSet<string>();
        while (Console.In.ReadLine() is { } line)
        {
            var words = line.Split(' ');
            if (words[0] is "time" or "peak" && warm.Add(words[1]) && Contestants.All.ContainsKey(words[1])) Warm(settings, words[1]);
            Console.Out.WriteLine(words[0] switch
            {
                "describe" => $"{Blas.Kernel}, {get_num_threads()} thread(s)",
                "products" => Text(Blas.Products(batch ??= new TrainingBatch(settings), settings)),
                "time" when LossLayer.Ways.Contains(words[1]) => Text((layer ??= new LossLayer(settings)).Time(words[1])),
                "time" => Text(Time(batch ??= new TrainingBatch(settings), settings, words[1])),
                "peak" when LossLayer.Ways.Contains(words[1]) => Text((layer ??= new LossLayer(settings)).Peak(words[1])),
                "peak" => Peak(batch ??= new TrainingBatch(settings), settings, words[1]),
                "leak" => Leak(batch ??= new TrainingBatch(settings), settings, words[1]),
                _ => throw new ArgumentException(line),
            });
            Console.Out.Flush();
        }

        batch?.Dispose();
        layer?.Dispose();
        return 0;
    }

    private static int Fail(string message)
    {
        Console.Error.WriteLine(message);
        return 2;
    }

    private static void Warm(FusedSettings settings, string name)
    {
        using var small = new TrainingBatch(settings with { Completions = 2, Tokens = 16, Width = 8, Vocabulary = 64 });
        Contestants.All[name](small, new FusedOptions());
    }

    private static double Time(TrainingBatch batch, FusedSettings settings, string name)
    {
        batch.ZeroGradients();
        Blas.Synchronize(settings);
        var clock = Stopwatch.StartNew();
        Contestants.All[name](batch, new FusedOptions { ChunkRows = settings.ChunkRows });
        Blas.Synchronize(settings);
        return clock.Elapsed.TotalMilliseconds;
    }

    /// <summary>Milliseconds and bytes of one step; the gradients are part of it, hidden states and weight are not.</summary>
    private static string Peak(TrainingBatch batch, FusedSettings settings, string name)
    {
        batch.ZeroGradients();
        GC.Collect();
        if (settings.OnCuda)
        {
            var held = ProcessMemory.OnGpu();
            var taken = Time(batch, settings, name);
            return $"{Text(taken)} {ProcessMemory.OnGpu() - held}";
        }

        ProcessMemory.ForgetPeak();
        var before = ProcessMemory.Resident;
        var milliseconds = Time(batch, settings, name);
        return $"{Text(milliseconds)} {ProcessMemory.Peak - before}";
    }

    /// <summary>
    /// Resident bytes before and after each tenth of 1,000 steps. A thousand others come first: until then .NET compiles again what is used often and has
    /// not yet filled the part of its heap that it cleans up first.
    /// </summary>
    private static string Leak(TrainingBatch batch, FusedSettings settings, string name)
    {
        var resident = new List<long>();
        for (var step = -1000; step <= 1000; step++)
        {
            Time(batch, settings, name);
            if (step >= 0 && step % 100 == 0) resident.Add(settings.OnCuda ? ProcessMemory.OnGpu() : ProcessMemory.Resident);
        }

        return string.Join(' ', resident);
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
