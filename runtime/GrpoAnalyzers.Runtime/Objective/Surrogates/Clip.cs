namespace GrpoAnalyzers.Runtime;

/// <summary>The trust region [1 - Low, 1 + High] of the ratio.</summary>
/// <param name="Low">How far the ratio may fall below 1 before tokens with a negative advantage stop pushing it.</param>
/// <param name="High">How far the ratio may rise above 1 before tokens with a positive advantage stop pushing it.</param>
public sealed record Clip(double Low, double High)
{
    /// <summary>
    /// c: a token with a negative advantage loses at most c |A| (dual clip, 1912.09729). Without it such tokens are unbounded above 1 + High.
    /// Null: no such bound. verl takes 3.
    /// </summary>
    public double? DualClip { get; init; }

    /// <summary>delta: the ratio itself is bounded before it meets the advantage (two-sided clip, INTELLECT-2: 4). Null: no such bound.</summary>
    public double? RatioMax { get; init; }

    /// <summary>The same distance to both sides.</summary>
    /// <param name="epsilon">The distance.</param>
    public static Clip Symmetric(double epsilon) => new(epsilon, epsilon);

    internal void Check()
    {
        Require.Between(Low, 0, 1, nameof(Low));
        Require.NotNegative(High, nameof(High));
        if (DualClip is { } dual && !(dual > 1))
        {
            throw new ArgumentOutOfRangeException(nameof(DualClip), dual, "wanted more than 1.");
        }

        if (RatioMax is { } max && !(max > 1 + High))
        {
            throw new ArgumentOutOfRangeException(nameof(RatioMax), max, "wanted more than 1 + High.");
        }
    }
}
