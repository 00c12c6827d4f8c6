namespace GrpoAnalyzers.Runtime;

/// <summary>-a_w - Beta log sigmoid(log odds(a_w) - log odds(a_l)), a the mean token log-probability (ORPO, 2403.07691), without a reference.</summary>
/// <param name="Beta">0.1 by custom.</param>
public sealed record OrpoLoss(double Beta = 0.1) : PreferenceLoss
{
    /// <inheritdoc/>
    public override Tensor PerPair(PreferenceBatch batch)
    {
        // A certain answer has infinite odds: means are kept below 0 by more than float32 resolves.
        var chosen = (batch.Chosen / batch.ChosenLengths).clamp_max(-1e-6);
        var rejected = (batch.Rejected / batch.RejectedLengths).clamp_max(-1e-6);
        var logOdds = chosen - rejected - (chosen.expm1().neg().log() - rejected.expm1().neg().log());
        return NegLogSigmoid(logOdds) * Require.NotNegative(Beta, nameof(Beta)) - batch.Chosen / batch.ChosenLengths;
    }
}
