namespace GrpoAnalyzers.Lab;

/// <summary>The range of an axis and the round numbers on it.</summary>
/// <param name="Low">Where it begins.</param>
/// <param name="High">Where it ends; more than <paramref name="Low"/>.</param>
/// <param name="Ticks">The round numbers in between.</param>
internal sealed record Axis(double Low, double High, IReadOnlyList<double> Ticks)
{
    public static Axis Of(IEnumerable<double> values, bool fromZero)
    {
        var all = values.DefaultIfEmpty(0).ToArray();
        var (low, high) = (fromZero ? 0 : all.Min(), all.Max());
        if (!(high > low))
        {
            high = low + 1;
        }

        var raw = (high - low) / 5;
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        var step = power * (raw / power) switch
        {
            <= 1 => 1,
            <= 2 => 2,
            <= 5 => 5,
            _ => 10,
        };
        var first = (long)Math.Ceiling(low / step - 1e-9);
        var last = (long)Math.Floor(high / step + 1e-9);
        return new Axis(low, high, [.. Enumerable.Range(0, (int)(last - first + 1)).Select(i => (first + i) * step)]);
    }
}
