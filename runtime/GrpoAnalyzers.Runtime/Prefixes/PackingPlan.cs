namespace GrpoAnalyzers.Runtime;

/// <summary>
/// How to run a backbone on each group's common beginning once: <c>[shared | tail | tail | …]</c>, group after group, M tokens in one row. A tail looks at
/// its group's shared part and at itself. Take <c>tokens.reshape(-1).index_select(0, Source)</c> as input with <see cref="Positions"/> as positions
/// and <see cref="AttentionMask"/>; <c>hidden.index_select(0, Unpack)</c> is then what the completions' own rows would have been.
/// </summary>
public sealed class PackingPlan : IDisposable
{
    internal PackingPlan(IReadOnlyList<PackedGroup> groups, long[] source, long[] positions, long[] segments, long[] groupOf, long[] unpack, Device device)
    {
        Groups = groups;
        Source = Make(source);
        Positions = Make(positions);
        Segments = Make(segments);
        GroupOf = Make(groupOf);
        Unpack = Make(unpack);

        Tensor Make(long[] values) => tensor(values, device: device).DetachFromDisposeScope();
    }

    /// <summary>The groups in the order in which they are packed.</summary>
    public IReadOnlyList<PackedGroup> Groups { get; }

    /// <summary>For each packed token its place in the batch's flattened tokens, int64 <c>[M]</c>.</summary>
    public Tensor Source { get; }

    /// <summary>For each packed token its position in its completion, int64 <c>[M]</c>: what a position embedding is to see.</summary>
    public Tensor Positions { get; }

    /// <summary>0 in the shared part of a group, 1, 2, … in its tails, int64 <c>[M]</c>.</summary>
    public Tensor Segments { get; }

    /// <summary>For each packed token the number of its group, int64 <c>[M]</c>.</summary>
    public Tensor GroupOf { get; }

    /// <summary>For each of the batch's flattened tokens its packed place, int64 <c>[N]</c> (<c>[B T]</c> where padded; 0 for padding).</summary>
    public Tensor Unpack { get; }

    /// <summary>The number of packed tokens.</summary>
    public long Length => Source.shape[0];

    /// <summary>bool <c>[M, M]</c>, true where the row's token may look at the column's. For kernels that take segments, make it of those instead.</summary>
    public Tensor AttentionMask()
    {
        using var scope = NewDisposeScope();
        var sameGroup = GroupOf.unsqueeze(1).eq(GroupOf.unsqueeze(0));
        var visible = Segments.unsqueeze(1).eq(Segments.unsqueeze(0)).logical_or(Segments.eq(0).unsqueeze(0));
        var past = Positions.unsqueeze(1).ge(Positions.unsqueeze(0));
        return sameGroup.logical_and(visible).logical_and(past).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Source.Dispose();
        Positions.Dispose();
        Segments.Dispose();
        GroupOf.Dispose();
        Unpack.Dispose();
    }
}

/// <summary>One group of a packing plan.</summary>
/// <param name="Completions">Its completions, in the order of their tails.</param>
/// <param name="Start">Where its shared part begins in the packed row.</param>
/// <param name="Shared">How many tokens all of its completions begin with.</param>
/// <param name="Tails">The length of each completion's own part.</param>
public sealed record PackedGroup(IReadOnlyList<int> Completions, long Start, long Shared, IReadOnlyList<long> Tails);
