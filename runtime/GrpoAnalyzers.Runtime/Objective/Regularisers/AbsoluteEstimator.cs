namespace GrpoAnalyzers.Runtime;

/// <summary>|D|.</summary>
public sealed record AbsoluteEstimator : KlEstimator
{
    /// <inheritdoc/>
    public override Tensor Of(TokenBatch batch) => Difference(batch).abs();
}
