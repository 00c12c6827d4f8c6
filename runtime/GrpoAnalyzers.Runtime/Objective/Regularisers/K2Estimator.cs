namespace GrpoAnalyzers.Runtime;

/// <summary>D^2 / 2.</summary>
public sealed record K2Estimator : KlEstimator
{
    /// <inheritdoc/>
    public override Tensor Of(TokenBatch batch) => Difference(batch).square() / 2;
}
