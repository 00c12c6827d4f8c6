namespace GrpoAnalyzers.Runtime;

/// <summary>sum_i sum_t.</summary>
public sealed record TokenSum : Aggregation
{
    /// <inheritdoc/>
    public override Tensor Factors(TokenBatch batch) => One(batch);

    /// <inheritdoc/>
    public override Tensor Denominator(TokenBatch batch) => One(batch);
}
