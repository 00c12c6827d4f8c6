using System.Diagnostics;
using System.Globalization;

namespace GrpoAnalyzers.Benchmarks;

/// <summary>A process that is asked one line at a time; all children get the same number of threads and the same BLAS kernel.</summary>
internal sealed class Child : IDisposable
{
    /// <summary>Large blocks go back to the system when they are freed, in every child alike: else a peak tells what malloc keeps.</summary>
    private const string MallocThreshold = "262144";

    /// <summary>
    /// 1 MB, in hexadecimal. .NET's heap grows by whole regions, of 4 MB unless it is told: one more, when objects happen to survive a collection, is 2 % of a
    /// process that holds little else, and would pass for a leak.
    /// </summary>
    private const string HeapRegion = "100000";

    private readonly Process process;

    private Child(Process process) => this.process = process;

    /// <summary>OPENBLAS_CORETYPE of all children; null: what OpenBLAS chooses.</summary>
    internal static string? Kernel { get; set; }

    internal static Child TorchSharp(FusedSettings settings, bool memory = false)
    {
        var assembly = Environment.GetCommandLineArgs()[0];
        var host = Environment.ProcessPath!;
        string[] command = Path.GetFileNameWithoutExtension(host) == "dotnet" ? [host, assembly] : [host];
        return Start([.. command, "fused-worker", .. settings.Arguments()], settings, memory);
    }

    internal static Child Python(FusedSettings settings, bool memory = false)
    {
        var python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
        return Start([python, Path.Combine(AppContext.BaseDirectory, "Fused", "eager.py"), .. settings.Arguments()], settings, memory);
    }

    internal string Ask(string line)
    {
        process.StandardInput.WriteLine(line);
        process.StandardInput.Flush();
        return process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"a child process ended at '{line}'.");
    }

    internal double AskNumber(string line) => double.Parse(Ask(line), CultureInfo.InvariantCulture);

    /// <summary>Milliseconds and bytes of a step.</summary>
    internal (double Milliseconds, double Bytes) AskPeak(string name)
    {
        var numbers = Ask("peak " + name).Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        return numbers is [var bytes] ? (double.NaN, bytes) : (numbers[0], numbers[1]);
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    private static Child Start(string[] command, FusedSettings settings, bool memory)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var threads = settings.Threads.ToString(CultureInfo.InvariantCulture);
        foreach (var variable in new[] { "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS" }) start.Environment[variable] = threads;
        if (Kernel is not null) start.Environment["OPENBLAS_CORETYPE"] = Kernel;
        if (memory)
        {
            start.Environment["MALLOC_MMAP_THRESHOLD_"] = MallocThreshold;
            start.Environment["DOTNET_GCRegionSize"] = HeapRegion;
        }

        return new Child(Process.Start(start)!);
    }
}
