namespace GrpoAnalyzers.Runtime;

/// <summary>[-(1 - e) log sigmoid(Beta m) + e log sigmoid(-Beta m)] / (1 - 2e): unbiased when a share e of labels is flipped (rDPO, 2403.00409). Can be negative.</summary>
/// <param name="LabelSmoothing">e, below 0.5.</param>
/// <param name="Beta">0.1 by custom.</param>
public sealed record RobustDpoLoss(double LabelSmoothing, double Beta = 0.1) : PreferenceLoss
{
    /// <inheritdoc/>
    public override Tensor PerPair(PreferenceBatch batch)
    {
        if (!(LabelSmoothing is >= 0 and < 0.5))
        {
            throw new ArgumentOutOfRangeException(nameof(LabelSmoothing), LabelSmoothing, "wanted a share from 0 to below 0.5.");
        }

        var logits = batch.Margin * Require.Positive(Beta, nameof(Beta));
        return (NegLogSigmoid(logits) * (1 - LabelSmoothing) - NegLogSigmoid(logits.neg()) * LabelSmoothing) / (1 - 2 * LabelSmoothing);
    }
}
