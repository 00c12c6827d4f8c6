namespace GrpoAnalyzers.Runtime;

/// <summary>(1/N) sum_i (1/|o_i|) sum_t.</summary>
public sealed record SequenceMeanTokenMean : Aggregation
{
    /// <inheritdoc/>
    public override Tensor Factors(TokenBatch batch) => batch.Layout.Spread(1 / batch.Layout.Lengths.clamp_min(1));

    /// <inheritdoc/>
    public override Tensor Denominator(TokenBatch batch) => batch.SequenceCount;
}
