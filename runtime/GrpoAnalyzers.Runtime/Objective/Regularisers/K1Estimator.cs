namespace GrpoAnalyzers.Runtime;

/// <summary>D.</summary>
public sealed record K1Estimator : KlEstimator
{
    /// <inheritdoc/>
    public override Tensor Of(TokenBatch batch) => Difference(batch);
}
