namespace GrpoAnalyzers.Runtime;

/// <summary>-log sigmoid(Beta (log pi(chosen) - log pi(rejected))) - Lambda x mean token log-probability of the preferred answer (CPO, 2401.08417).</summary>
/// <param name="Beta">0.1 by custom.</param>
/// <param name="Lambda">Weight of the likelihood, averaged a pair (TRL averages over the tokens of the batch).</param>
public sealed record CpoLoss(double Beta = 0.1, double Lambda = 1) : PreferenceLoss
{
    /// <inheritdoc/>
    public override Tensor PerPair(PreferenceBatch batch) =>
        NegLogSigmoid((batch.Chosen - batch.Rejected) * Require.Positive(Beta, nameof(Beta)))
        - batch.Chosen / batch.ChosenLengths * Require.NotNegative(Lambda, nameof(Lambda));
}
