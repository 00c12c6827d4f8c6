namespace GrpoAnalyzers.Runtime;

/// <summary>-log sigmoid(Beta m), m the difference of log-ratios (DPO, 2305.18290); with label smoothing cDPO; by length where asked.</summary>
/// <param name="Beta">0.1 in the paper.</param>
public sealed record DpoLoss(double Beta = 0.1) : PreferenceLoss
{
    /// <summary>e: the share of labels that are wrong, below 0.5 (cDPO).</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Divides each log-ratio by its length.</summary>
    public bool LengthNormalised { get; init; }

    /// <inheritdoc/>
    public override Tensor PerPair(PreferenceBatch batch)
    {
        var margin = LengthNormalised
            ? batch.ChosenLogRatio / batch.ChosenLengths - batch.RejectedLogRatio / batch.RejectedLengths
            : batch.Margin;
        return Smoothed(margin * Require.Positive(Beta, nameof(Beta)), Require.Between(LabelSmoothing, 0, 0.5, nameof(LabelSmoothing)));
    }
}
