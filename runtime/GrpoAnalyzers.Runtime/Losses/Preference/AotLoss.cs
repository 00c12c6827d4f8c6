namespace GrpoAnalyzers.Runtime;

/// <summary>
/// Distributional alignment by optimal transport (AOT, 2406.05882, as TRL has it): DPO on margins that are sorted first. Defined on the micro-batch, over
/// which is sorted.
/// </summary>
/// <param name="Beta">0.1 by custom.</param>
public sealed record AotLoss(double Beta = 0.1) : PreferenceLoss
{
    /// <summary>Compares the policy's differences with the reference's; false: preferred log-ratios with rejected ones, whichever their pairs.</summary>
    public bool Paired { get; init; } = true;

    /// <summary>The share of labels that are wrong, below 0.5.</summary>
    public double LabelSmoothing { get; init; }

    /// <inheritdoc/>
    public override Tensor PerPair(PreferenceBatch batch)
    {
        var difference = batch.Chosen - batch.Rejected;
        var (upper, lower) = Paired
            ? (difference, (difference - batch.Margin).detach())
            : (batch.ChosenLogRatio, batch.RejectedLogRatio);
        var delta = upper.sort(0, false, true).Values - lower.sort(0, false, true).Values;
        return Smoothed(delta * Require.Positive(Beta, nameof(Beta)), Require.Between(LabelSmoothing, 0, 0.5, nameof(LabelSmoothing)));
    }
}
