namespace GrpoAnalyzers.Runtime;

/// <summary>For each completion the number of its group, and sums over groups. Some of the <paramref name="Slots"/> may be empty.</summary>
internal sealed record GroupIndex(Tensor Of, long Slots)
{
    /// <summary>Sums <c>[B]</c> or <c>[B, K]</c> values by group.</summary>
    internal Tensor Sum(Tensor values)
    {
        long[] shape = [Slots, .. values.shape[1..]];
        return values.new_zeros(shape).index_add(0, Of, values, 1);
    }

    /// <summary>Gives every completion its group's value.</summary>
    internal Tensor Spread(Tensor perGroup) => perGroup.index_select(0, Of);

    /// <summary>For every completion the sum over its group.</summary>
    internal Tensor SumWithin(Tensor values) => Spread(Sum(values));

    /// <summary>For every completion the value of the first completion of its group.</summary>
    internal Tensor FirstWithin(Tensor values) => values.index_select(0, FirstMember().index_select(0, Of));

    /// <summary>True where a slot has a member.</summary>
    internal Tensor Occupied() => Sum(ones_like(Of)).gt(0);

    private Tensor FirstMember()
    {
        // A stable sort by group puts each group's first member right after the members of the groups before it.
        var order = Of.sort(0, false, true).Indices;
        var counts = Sum(ones_like(Of));
        var starts = (counts.cumsum(0) - counts).clamp_max(Of.shape[0] - 1);
        return order.index_select(0, starts);
    }
}
