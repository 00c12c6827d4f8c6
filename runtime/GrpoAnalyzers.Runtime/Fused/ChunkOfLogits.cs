namespace GrpoAnalyzers.Runtime;

/// <summary>
/// The softmax of a chunk, in place: exponentials e = exp(logit - largest) of every token of the vocabulary but the target, whose own is kept apart, so
/// that 1 - p is a sum and not a difference.
/// </summary>
internal sealed class ChunkOfLogits
{
    // A megabyte of float32 for each thread: what several passes go over stays in its cache between them.
    private const long TileElements = 1 << 18;

    // Where a pass makes a copy, it is of so many rows on other devices.
    private const long RowsOfCopies = 16;

    private readonly LmHead head;
    private readonly Tensor values;
    private readonly Tensor largest;
    private readonly Tensor targetLogit;
    private readonly Tensor own;
    private readonly Tensor others;

    /// <param name="logits"><c>[n, V]</c>, overwritten.</param>
    /// <param name="targets"><c>[n, 1]</c>.</param>
    /// <param name="head">Where the logits are from.</param>
    internal ChunkOfLogits(Tensor logits, Tensor targets, LmHead head)
    {
        (this.head, values) = (head, logits);
        targetLogit = logits.gather(1, targets);
        logits.scatter_(1, targets, full_like(targetLogit, double.NegativeInfinity));
        (largest, others) = (empty_like(targetLogit), empty_like(targetLogit));
        ByTiles((tile, row, count) =>
        {
            var shift = largest.narrow(0, row, count).copy_(tile.amax([1L], true).maximum(targetLogit.narrow(0, row, count)));
            others.narrow(0, row, count).copy_(tile.sub_(shift).exp_().sum(1, true));
        });
        own = (targetLogit - largest).exp();
        Sum = others + own;

        // For p near 1 the first form has all digits of log p, for p near 0 the second does not divide by 0.
        LogProbs = where(own.gt(0.5), (others / own).log1p().neg(), targetLogit - largest - Sum.log());
        OwnShare = others / Sum;
    }

    /// <summary>log p of the targets, <c>[n, 1]</c>.</summary>
    internal Tensor LogProbs { get; }

    /// <summary>The sum of the exponentials, <c>[n, 1]</c>.</summary>
    internal Tensor Sum { get; }

    /// <summary>log of the sum of exp(logit), <c>[n, 1]</c>.</summary>
    internal Tensor LogOfSum => Sum.log() + largest;

    /// <summary>(1 - p) of the target, times the slope of the cap there once <see cref="TakeSlopes"/> was called, <c>[n, 1]</c>.</summary>
    internal Tensor OwnShare { get; private set; }

    /// <summary>Exponentials with 0 at the targets, times the slope of the cap once <see cref="TakeSlopes"/> was called.</summary>
    internal Tensor Others => values;

    /// <summary>Entropies, <c>[n]</c>; by tiles, so that nothing of the buffer's size is made.</summary>
    internal Tensor Entropies()
    {
        var sums = special.entr(own);
        ByTiles((tile, row, count) => sums.narrow(0, row, count).add_(special.entr(tile).sum(1, true)), RowsOfCopies);
        return (Sum.log() + sums / Sum).squeeze(1);
    }

    /// <summary>Brings in the slope of the cap: what is left is ready to be multiplied with weights.</summary>
    internal void TakeSlopes()
    {
        if (head.SoftCap is not { } cap)
        {
            return;
        }

        // d logit / d inner is 1 - tanh^2, and the tanh can be had back from the exponential; where that is 0 the product is too.
        var unit = head.Temperature / cap;
        OwnShare = OwnShare * (1 - (targetLogit * unit).square());
        ByTiles((tile, row, count) =>
            tile.mul_(tile.clamp_min(1e-37).log_().add_(largest.narrow(0, row, count)).mul_(unit).pow_(2).neg_().add_(1)),
            RowsOfCopies);
    }

    /// <summary>A few rows at a time on a CPU. Other devices have no such cache, and each call costs them more.</summary>
    private void ByTiles(Action<Tensor, long, long> pass, long rowsElsewhere = long.MaxValue)
    {
        var (rows, vocabulary) = (values.shape[0], values.shape[1]);
        var step = values.device_type == TorchSharp.DeviceType.CPU ? Math.Max(1, TileElements * get_num_threads() / vocabulary) : Math.Min(rows, rowsElsewhere);
        for (long row = 0; row < rows; row += step)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(step, rows - row);
            pass(values.narrow(0, row, count), row, count);
        }
    }
}
