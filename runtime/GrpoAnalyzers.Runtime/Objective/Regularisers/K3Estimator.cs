namespace GrpoAnalyzers.Runtime;

/// <summary>exp(-D) + D - 1.</summary>
public sealed record K3Estimator : KlEstimator
{
    /// <inheritdoc/>
    public override Tensor Of(TokenBatch batch) => K3Of(Difference(batch));
}
