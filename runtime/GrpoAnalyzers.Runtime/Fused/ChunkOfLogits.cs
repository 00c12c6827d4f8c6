namespace GrpoAnalyzers.Runtime;

/// <summary>
/// The softmax of a chunk, in place: exponentials e = exp(logit - largest) of every token of the vocabulary, with the target's kept apart, so that
/// 1 - p is a sum and not a difference.
/// </summary>
internal sealed class ChunkOfLogits
{
    private const int TileRows = 16;

    private readonly LmHead head;
    private readonly Tensor values;
    private readonly Tensor targets;
    private readonly Tensor largest;
    private readonly Tensor targetLogit;
    private readonly Tensor others;

    /// <param name="logits"><c>[n, V]</c>, overwritten.</param>
    /// <param name="targets"><c>[n, 1]</c>.</param>
    /// <param name="head">Where the logits are from.</param>
    internal ChunkOfLogits(Tensor logits, Tensor targets, LmHead head)
    {
        (this.head, this.targets, values) = (head, targets, logits);
        targetLogit = logits.gather(1, targets);
        largest = logits.amax([1L], true);
        logits.sub_(largest).exp_();
        var own = logits.gather(1, targets);
        logits.scatter_(1, targets, zeros_like(own));
        others = logits.sum(1, true);
        Sum = others + own;

        // For p near 1 the first form has all digits of log p, for p near 0 the second does not divide by 0.
        LogProbs = where(own.gt(0.5), (others / own).log1p().neg(), targetLogit - largest - Sum.log());
        logits.scatter_(1, targets, own);
    }

    /// <summary>log p of the targets, <c>[n, 1]</c>.</summary>
    internal Tensor LogProbs { get; }

    /// <summary>The sum of the exponentials, <c>[n, 1]</c>.</summary>
    internal Tensor Sum { get; }

    /// <summary>log of the sum of exp(logit), <c>[n, 1]</c>.</summary>
    internal Tensor LogOfSum => Sum.log() + largest;

    /// <summary>(1 - p) of the target, times the slope of the cap there, <c>[n, 1]</c>.</summary>
    internal Tensor OwnShare { get; private set; } = null!;

    /// <summary>Exponentials (times the slope of the cap) with 0 at the targets, once <see cref="RemoveTargets"/> was called.</summary>
    internal Tensor Others => values;

    /// <summary>Entropies, <c>[n]</c>; a tile of a few rows at a time, so that nothing of the buffer's size is made.</summary>
    internal Tensor Entropies()
    {
        var result = Sum.squeeze(1).log();
        for (long row = 0; row < values.shape[0]; row += TileRows)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(TileRows, values.shape[0] - row);
            var sum = Sum.narrow(0, row, count).squeeze(1);
            result.narrow(0, row, count).add_(special.entr(values.narrow(0, row, count)).sum(1) / sum);
        }

        return result;
    }

    /// <summary>Leaves the exponentials of all but the targets, ready to be multiplied with weights.</summary>
    internal void RemoveTargets()
    {
        values.scatter_(1, targets, zeros_like(Sum));
        OwnShare = others / Sum;
        if (head.SoftCap is not { } cap)
        {
            return;
        }

        // d logit / d inner is 1 - tanh^2, and the tanh can be had back from the exponential; where that is 0 the product is too.
        var unit = head.Temperature / cap;
        OwnShare = OwnShare * (1 - (targetLogit * unit).square());
        for (long row = 0; row < values.shape[0]; row += TileRows)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(TileRows, values.shape[0] - row);
            var tile = values.narrow(0, row, count);
            var slope = tile.clamp_min(1e-37).log_().add_(largest.narrow(0, row, count)).mul_(unit).pow_(2).neg_().add_(1);
            tile.mul_(slope);
        }
    }
}
