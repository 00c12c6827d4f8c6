using System.Diagnostics;
using System.Globalization;

namespace GrpoAnalyzers.Benchmarks;

/// <summary>Memory of this process: resident bytes on Linux, and what the driver gave it on a GPU.</summary>
internal static class ProcessMemory
{
    internal static long Resident => Status("VmRSS:");

    internal static long Peak => Status("VmHWM:");

    /// <summary>Sets the peak back to what is resident.</summary>
    internal static void ForgetPeak() => File.WriteAllText("/proc/self/clear_refs", "5");

    /// <summary>The caching allocator gives nothing back, so that what the process holds is its peak.</summary>
    internal static long OnGpu()
    {
        var start = new ProcessStartInfo("nvidia-smi", "--query-compute-apps=pid,used_memory --format=csv,noheader,nounits") { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        var own = lines.Select(line => line.Split(',', StringSplitOptions.TrimEntries)).Where(row => row[0] == Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return own.Sum(row => long.Parse(row[1], CultureInfo.InvariantCulture)) << 20;
    }

    private static long Status(string field) => 1024 * long.Parse(
        File.ReadLines("/proc/self/status").Single(line => line.StartsWith(field, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}
