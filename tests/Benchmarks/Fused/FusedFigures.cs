namespace GrpoAnalyzers.Benchmarks;

/// <summary>What was measured: milliseconds by round, and bytes.</summary>
internal sealed class FusedFigures
{
    private readonly Dictionary<string, List<double>> milliseconds = [];
    private readonly Dictionary<string, double> bytes = [];

    internal Dictionary<string, List<GrowthPoint>> Growth { get; } = [];

    internal List<GrowthPoint> Chunks { get; } = [];

    internal Dictionary<string, double[]> Resident { get; } = [];

    internal void Add(string name, double time)
    {
        if (!milliseconds.TryGetValue(name, out var times)) milliseconds[name] = times = [];
        times.Add(time);
    }

    internal void SetBytes(string name, double peak) => bytes[name] = peak;

    internal double Milliseconds(string name) => milliseconds.TryGetValue(name, out var times) ? Median(times) : double.NaN;

    /// <summary>The quickest and the slowest round.</summary>
    internal (double Least, double Most) Range(string name) => (milliseconds[name].Min(), milliseconds[name].Max());

    internal double Bytes(string name) => bytes.GetValueOrDefault(name, double.NaN);

    /// <summary>The median over the rounds of what one took against the other in the same round: a machine that is busy for a while slows both.</summary>
    internal double TimeRatio(string name, string other) =>
        milliseconds.TryGetValue(name, out var times) && milliseconds.TryGetValue(other, out var others) ? Median([.. times.Zip(others, (a, b) => a / b)]) : double.NaN;

    internal double MemoryRatio(string name, string other) => Bytes(name) / Bytes(other);

    internal static double Median(IReadOnlyCollection<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <summary>One step at a size (a number of tokens, or of rows of a chunk).</summary>
internal sealed record GrowthPoint(double Size, double Milliseconds, double Bytes);
