namespace GrpoAnalyzers.Graph;

/// <summary>The axes that a reduction runs over, and how.</summary>
internal sealed class Axes : IEquatable<Axes>
{
    /// <summary>Over all elements.</summary>
    public static readonly Axes All = new(null, keep: false, known: true);

    public Axes(long[]? dims, bool keep, bool known, bool unbiased = true, double order = 2)
    {
        Dims = dims;
        Keep = keep;
        Known = known;
        Unbiased = unbiased;
        Order = order;
    }

    /// <summary>The dimensions as written, or null for all of them.</summary>
    public long[]? Dims { get; }

    public bool Keep { get; }

    /// <summary>False when the source names dimensions that are not constants.</summary>
    public bool Known { get; }

    /// <summary>For variances: whether the divisor is n - 1.</summary>
    public bool Unbiased { get; }

    /// <summary>For norms: their order.</summary>
    public double Order { get; }

    /// <summary>True when a method's caller says which dimensions these are.</summary>
    public bool IsFromParameter => CallsToDecision > 0;

    /// <summary>How many calls up the axes are named: zero where they are written at the reduction itself.</summary>
    public int CallsToDecision { get; init; }

    /// <summary>True for reductions that leave out NaN: padding that was set to it does not count.</summary>
    public bool IgnoresNaN { get; init; }

    public bool IsTotal => Known && Dims is null;

    public bool Equals(Axes? other) =>
        other is not null && Keep == other.Keep && Known == other.Known && Unbiased == other.Unbiased && Order.Equals(other.Order) && SameDims(other);

    /// <summary>Whether the same dimensions are meant, whatever becomes of them.</summary>
    public bool SameDims(Axes other) =>
        Known && other.Known && (Dims is null) == (other.Dims is null) && (Dims is null || Dims.SequenceEqual(other.Dims!));

    public override bool Equals(object? obj) => Equals(obj as Axes);

    public override int GetHashCode()
    {
        var hash = Keep ? 17 : 31;
        foreach (var dim in Dims ?? [])
        {
            hash = (hash * 397) ^ dim.GetHashCode();
        }

        return (hash * 397) ^ (Known ? 1 : 0);
    }

    public override string ToString() => Dims is null ? "all" : string.Join(",", Dims);
}
