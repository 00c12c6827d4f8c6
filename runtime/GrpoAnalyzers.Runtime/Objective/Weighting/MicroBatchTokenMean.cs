namespace GrpoAnalyzers.Runtime;

/// <summary>The token mean of this batch; the denominator counts micro-batches.</summary>
public sealed record MicroBatchTokenMean : Aggregation
{
    /// <inheritdoc/>
    public override Tensor Factors(TokenBatch batch) => 1 / batch.TokenCount.clamp_min(1);

    /// <inheritdoc/>
    public override Tensor Denominator(TokenBatch batch) => One(batch);
}
