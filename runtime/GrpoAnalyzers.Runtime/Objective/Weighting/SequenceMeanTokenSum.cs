namespace GrpoAnalyzers.Runtime;

/// <summary>(1/N) sum_i sum_t.</summary>
public sealed record SequenceMeanTokenSum : Aggregation
{
    /// <inheritdoc/>
    public override Tensor Factors(TokenBatch batch) => One(batch);

    /// <inheritdoc/>
    public override Tensor Denominator(TokenBatch batch) => batch.SequenceCount;
}
