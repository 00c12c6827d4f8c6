namespace GrpoAnalyzers.Runtime;

/// <summary>Completions end to end: <c>[N]</c>, with offsets.</summary>
internal sealed class PackedLayout : SequenceLayout
{
    private readonly Tensor starts;

    internal PackedLayout(Tensor mask, IReadOnlyList<long> offsets, ScalarType mathType)
        : base(mask, offsets.Count - 1, Longest(offsets), mathType)
    {
        var ids = new long[offsets[^1]];
        var first = new long[offsets.Count - 1];
        for (var i = 0; i + 1 < offsets.Count; i++)
        {
            first[i] = offsets[i];
            Array.Fill(ids, i, (int)offsets[i], (int)(offsets[i + 1] - offsets[i]));
        }

        SequenceIds = tensor(ids, device: mask.device);
        starts = tensor(first, device: mask.device);
    }

    internal override Tensor SequenceIds { get; }

    internal override Tensor Ranks
    {
        get
        {
            var before = cat([zeros(1, ScalarType.Int64, Mask.device), Mask.to(ScalarType.Int64).cumsum(0)], 0);
            var beforeSequence = before.index_select(0, starts);
            return before.slice(0, 1, before.shape[0], 1) - 1 - beforeSequence.index_select(0, SequenceIds);
        }
    }

    public override Tensor SumBySequence(Tensor perToken) => perToken.new_zeros(Sequences).index_add(0, SequenceIds, perToken, 1);

    public override Tensor Spread(Tensor perSequence) => perSequence.index_select(0, SequenceIds);

    private static long Longest(IReadOnlyList<long> offsets)
    {
        long longest = 0;
        for (var i = 1; i < offsets.Count; i++)
        {
            longest = Math.Max(longest, offsets[i] - offsets[i - 1]);
        }

        return longest;
    }
}
