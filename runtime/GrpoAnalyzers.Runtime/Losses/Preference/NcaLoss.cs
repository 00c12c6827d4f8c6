namespace GrpoAnalyzers.Runtime;

/// <summary>-log sigmoid(a) - log sigmoid(-a) / 2 - log sigmoid(-b) / 2 with a, b = Beta x log-ratios (NCA for pairs, 2402.05369, as TRL has it).</summary>
/// <param name="Beta">0.1 by custom.</param>
public sealed record NcaLoss(double Beta = 0.1) : PreferenceLoss
{
    /// <inheritdoc/>
    public override Tensor PerPair(PreferenceBatch batch)
    {
        Require.Positive(Beta, nameof(Beta));
        var (chosen, rejected) = (batch.ChosenLogRatio * Beta, batch.RejectedLogRatio * Beta);
        return NegLogSigmoid(chosen) + (NegLogSigmoid(chosen.neg()) + NegLogSigmoid(rejected.neg())) / 2;
    }
}
