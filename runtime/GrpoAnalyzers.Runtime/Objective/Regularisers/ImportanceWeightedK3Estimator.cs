namespace GrpoAnalyzers.Runtime;

/// <summary>s (exp(-D) + D - 1).</summary>
/// <param name="Ratio">s; the gradient goes through it.</param>
public sealed record ImportanceWeightedK3Estimator(Ratio Ratio) : KlEstimator
{
    /// <inheritdoc/>
    public override Tensor Of(TokenBatch batch) => Ratio.Of(batch) * K3Of(Difference(batch));
}
