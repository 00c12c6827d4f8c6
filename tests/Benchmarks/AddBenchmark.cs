using System.Diagnostics;
using System.Globalization;
using static TorchSharp.torch;

namespace GrpoAnalyzers.Benchmarks;

/// <summary>A 2x2 add, where the call costs more than the work, beside python's in the same run.</summary>
internal static class AddBenchmark
{
    private const int Rounds = 15;
    private const int Calls = 50_000;

    private const string Program = """
        import sys, time, torch
        torch.set_num_threads(1)
        a, b = torch.ones(2, 2), torch.ones(2, 2)
        for line in sys.stdin:
            n = int(line)
            start = time.perf_counter_ns()
            for _ in range(n): c = a + b
            print((time.perf_counter_ns() - start) / n, flush=True)
        """;

    public static int Run()
    {
        var start = new ProcessStartInfo(File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            ArgumentList = { "-c", Program },
        };
        using var python = Process.Start(start)!;
        set_num_threads(1);
        using var a = ones(2, 2);
        using var b = ones(2, 2);
        var ours = new List<double>();
        var theirs = new List<double>();
        // The two take turns, so that a busy machine slows both; the first rounds warm them up.
        for (var round = 0; round < Rounds + 3; round++)
        {
            var watch = Stopwatch.StartNew();
            for (var call = 0; call < Calls; call++) (a + b).Dispose();
            var mine = watch.Elapsed.TotalNanoseconds / Calls;
            python.StandardInput.WriteLine(Calls);
            python.StandardInput.Flush();
            var line = python.StandardOutput.ReadLine();
            if (line is null)
            {
                Console.Error.WriteLine("python3 cannot import torch.");
                return 1;
            }

            if (round < 3) continue;
            ours.Add(mine);
            theirs.Add(double.Parse(line, CultureInfo.InvariantCulture));
        }

        python.StandardInput.Close();
        python.WaitForExit();
        var (one, other) = (Median(ours), Median(theirs));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"add 2x2, ns a call: TorchSharp {one:F0}, python {other:F0}, ratio {one / other:F2} (target: at most 1.35)"));
        return 0;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
