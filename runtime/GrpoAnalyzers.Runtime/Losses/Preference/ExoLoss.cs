namespace GrpoAnalyzers.Runtime;

/// <summary>The reverse KL between the policy's preference and a smoothed label (EXO, 2402.00856, eq. 16, as TRL has it), for pairs.</summary>
/// <param name="Beta">0.1 by custom.</param>
/// <param name="LabelSmoothing">e, above 0 and below 1; TRL 1e-3.</param>
public sealed record ExoLoss(double Beta = 0.1, double LabelSmoothing = 1e-3) : PreferenceLoss
{
    /// <inheritdoc/>
    public override Tensor PerPair(PreferenceBatch batch)
    {
        if (!(LabelSmoothing is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(LabelSmoothing), LabelSmoothing, "wanted a share between 0 and 1.");
        }

        var logits = batch.Margin * Require.Positive(Beta, nameof(Beta));
        return logits.sigmoid() * (NegLogSigmoid(logits).neg() - Math.Log(1 - LabelSmoothing))
            + logits.neg().sigmoid() * (NegLogSigmoid(logits.neg()).neg() - Math.Log(LabelSmoothing));
    }
}
