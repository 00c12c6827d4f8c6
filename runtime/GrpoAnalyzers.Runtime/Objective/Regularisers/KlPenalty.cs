namespace GrpoAnalyzers.Runtime;

/// <summary>Coefficient x an estimate of KL(pi || ref) at the sampled tokens. Needs reference log-probabilities.</summary>
/// <param name="Coefficient">beta.</param>
/// <param name="Estimator">Which estimate.</param>
public sealed record KlPenalty(double Coefficient, KlEstimator Estimator) : Regulariser
{
    /// <inheritdoc/>
    public override Tensor? Evaluate(TokenBatch batch) =>
        Require.NotNegative(Coefficient, nameof(Coefficient)) == 0 ? null : Estimator.Of(batch) * Coefficient;

    /// <inheritdoc/>
    public override Tensor? Measure(TokenBatch batch) => Coefficient == 0 ? null : Estimator.Of(batch).detach();
}
