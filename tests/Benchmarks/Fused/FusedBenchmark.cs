using System.Diagnostics;
using System.Globalization;

namespace GrpoAnalyzers.Benchmarks;

/// <summary>Fused losses beside what people write, the best that is known, and eager Python: interleaved in one run on one machine.</summary>
internal static class FusedBenchmark
{
    private static readonly string[] Timed =
    [
        "naive", "trl", "recompute", "sink", "sink-128", "autograd", "ragged", "naive-ragged", "frozen", "frozen-own", "naive-frozen", "own", "sequence", "top-entropy",
    ];

    private static readonly string[] TimedInPython = ["python-naive", "python-trl"];

    private static readonly string[] Leaking = ["sink", "autograd", "frozen", "own"];

    public static int Worker(IReadOnlyList<string> arguments) => FusedWorker.Run(FusedSettings.Parse(arguments));

    public static int Run(IReadOnlyList<string> arguments)
    {
        FusedSettings settings;
        try
        {
            settings = FusedSettings.Parse(arguments);
        }
        catch (ArgumentException wrong)
        {
            Console.Error.WriteLine(wrong.Message);
            return 2;
        }

        if (!OperatingSystem.IsLinux())
        {
            Console.Error.WriteLine("Only Linux tells a process its peak memory.");
            return 2;
        }

        try
        {
            Measure(settings);
            return 0;
        }
        catch (InvalidOperationException ended)
        {
            Console.Error.WriteLine(ended.Message);
            return 1;
        }
    }

    private static void Measure(FusedSettings settings)
    {
        var clock = Stopwatch.StartNew();
        var figures = new FusedFigures();
        var machine = Describe(settings);
        foreach (var line in machine) Console.WriteLine(line);
        var python = machine.Any(line => line.StartsWith("python", StringComparison.Ordinal));
        if (settings.Only is null or "table")
        {
            TakeTimes(settings, figures, python);
            TakePeaks(settings, figures, python);
            TakeChunks(settings, figures);
        }

        if (settings.Only is null or "growth") TakeGrowth(settings, figures);
        if (settings.Only is null or "leak") TakeResident(settings, figures);
        Progress($"measured in {clock.Elapsed.TotalSeconds:F0} s");

        var report = FusedReport.Of(settings, figures, machine);
        Console.WriteLine();
        Console.WriteLine(report.Text);
        if (settings.Out is { } folder) report.Write(folder);
    }

    private static List<string> Describe(FusedSettings settings)
    {
        var processor = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown";
        var lines = new List<string> { $"processor: {processor}, {Environment.ProcessorCount} logical; .NET {Environment.Version}; device {settings.Device}, {settings.Type}" };
        var ours = AskOnce(Child.TorchSharp(settings));
        if (Environment.GetEnvironmentVariable("OPENBLAS_CORETYPE") is null && ours.Split(',')[0] is var found && found.StartsWith(Blas.Open, StringComparison.Ordinal))
        {
            // What chooses it may differ between the two: one kernel for both.
            Child.Kernel = Blas.BetterKernel(found) ?? found[Blas.Open.Length..];
            ours = AskOnce(Child.TorchSharp(settings));
        }

        lines.Add("TorchSharp: " + ours);
        try
        {
            lines.Add("python: " + AskOnce(Child.Python(settings)));
        }
        catch (Exception missing) when (missing is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            lines.Add("no python with torch: its rows are left out");
        }

        return lines;

        static string AskOnce(Child child)
        {
            using (child) return child.Ask("describe");
        }
    }

    private static void TakeTimes(FusedSettings settings, FusedFigures figures, bool python)
    {
        using var ours = Child.TorchSharp(settings);
        using var theirs = python ? Child.Python(settings) : null;
        for (var round = 0; round < settings.Rounds; round++)
        {
            Progress($"round {round + 1} of {settings.Rounds}");
            figures.Add("products", ours.AskNumber("products"));
            foreach (var name in Timed) figures.Add(name, ours.AskNumber("time " + name));
            foreach (var name in LossLayer.Ways) figures.Add(name, ours.AskNumber("time " + name));
            if (theirs is null) continue;
            foreach (var name in TimedInPython) figures.Add(name, theirs.AskNumber("time " + name));
        }
    }

    private static void TakePeaks(FusedSettings settings, FusedFigures figures, bool python)
    {
        foreach (var name in Timed.Concat(LossLayer.Ways).Concat(python ? TimedInPython : []))
        {
            Progress("peak memory: " + name);
            using var child = TimedInPython.Contains(name) ? Child.Python(settings, memory: true) : Child.TorchSharp(settings, memory: true);
            figures.SetBytes(name, child.AskPeak(name).Bytes);
        }
    }

    private static void TakeChunks(FusedSettings settings, FusedFigures figures)
    {
        foreach (var rows in new[] { 64, 128, 256, 512, 1024, 2048 }.Where(rows => rows <= settings.Tokens))
        {
            Progress($"chunks of {rows} rows");
            figures.Chunks.Add(Step(settings with { ChunkRows = rows }, "sink", rows, repeats: 3));
        }
    }

    private static void TakeGrowth(FusedSettings settings, FusedFigures figures)
    {
        foreach (var name in new[] { "sink", "recompute", "naive" })
        {
            figures.Growth[name] = [];
            // What holds all logits, or needs longer, stops where a figure more would tell nothing new.
            var most = 8 * settings.Tokens / (name == "sink" ? 1 : 4);
            for (var tokens = settings.Tokens / 4; tokens <= most; tokens *= 2)
            {
                Progress($"{name}, {tokens} tokens");
                var size = settings with { Tokens = tokens, Completions = Math.Max(1, settings.Completions * tokens / settings.Tokens) };
                try
                {
                    figures.Growth[name].Add(Step(size, name, tokens, repeats: tokens <= settings.Tokens ? 3 : 1));
                }
                catch (InvalidOperationException ended)
                {
                    // Out of memory, most likely: what this way can do ends here.
                    Progress($"{name} stops at {tokens} tokens: {ended.Message}");
                    break;
                }
            }
        }
    }

    private static GrowthPoint Step(FusedSettings settings, string name, double size, int repeats)
    {
        using var child = Child.TorchSharp(settings, memory: true);
        var (milliseconds, bytes) = child.AskPeak(name);
        List<double> times = [milliseconds];
        while (times.Count < repeats) times.Add(child.AskNumber("time " + name));
        return new GrowthPoint(size, FusedFigures.Median(times), bytes);
    }

    private static void TakeResident(FusedSettings settings, FusedFigures figures)
    {
        foreach (var name in Leaking)
        {
            Progress($"1,000 steps: {name}");
            using var child = Child.TorchSharp(settings with { Completions = 4, Tokens = 128, Width = 64, Vocabulary = 2000 }, memory: true);
            figures.Resident[name] = [.. child.Ask("leak " + name).Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture))];
        }
    }

    private static void Progress(string text) => Console.Error.WriteLine($"{DateTime.UtcNow:HH:mm:ss} {text}");
}
