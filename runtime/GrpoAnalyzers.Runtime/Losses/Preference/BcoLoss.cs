namespace GrpoAnalyzers.Runtime;

/// <summary>
/// -log sigmoid(a - Shift) - log sigmoid(Shift - b) with a, b = Beta x log-ratios: each answer classified on its own (BCO, 2404.04656, for pairs). Bounds
/// <see cref="DpoLoss"/> from above.
/// </summary>
/// <param name="Beta">0.1 by custom.</param>
/// <param name="Shift">
/// delta: what an answer is compared with. The paper keeps a moving average of (mean of a + mean of b) / 2; TRL's loss for pairs takes 0.
/// </param>
public sealed record BcoLoss(double Beta = 0.1, double Shift = 0) : PreferenceLoss
{
    /// <inheritdoc/>
    public override Tensor PerPair(PreferenceBatch batch)
    {
        Require.Positive(Beta, nameof(Beta));
        if (!double.IsFinite(Shift))
        {
            throw new ArgumentOutOfRangeException(nameof(Shift), Shift, "wanted a finite number.");
        }

        return NegLogSigmoid(batch.ChosenLogRatio * Beta - Shift) + NegLogSigmoid(Shift - batch.RejectedLogRatio * Beta);
    }
}
