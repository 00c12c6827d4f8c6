namespace GrpoAnalyzers.Runtime;

/// <summary>-log sigmoid(Beta (difference of mean log-probabilities) - Gamma) (SimPO, 2405.14734), without a reference.</summary>
/// <param name="Beta">TRL 0.1; the paper takes 2 and more.</param>
/// <param name="Gamma">The target margin; TRL 0.5.</param>
public sealed record SimPoLoss(double Beta = 2, double Gamma = 0.5) : PreferenceLoss
{
    /// <inheritdoc/>
    public override Tensor PerPair(PreferenceBatch batch)
    {
        var margin = batch.Chosen / batch.ChosenLengths - batch.Rejected / batch.RejectedLengths;
        return NegLogSigmoid(margin * Require.Positive(Beta, nameof(Beta)) - Require.Finite(Gamma, nameof(Gamma)));
    }
}
