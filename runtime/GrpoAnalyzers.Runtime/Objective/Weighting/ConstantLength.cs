namespace GrpoAnalyzers.Runtime;

/// <summary>(1 / (N Length)) sum_i sum_t.</summary>
/// <param name="Length">The longest completion that may be sampled.</param>
public sealed record ConstantLength(long Length) : Aggregation
{
    /// <inheritdoc/>
    public override Tensor Factors(TokenBatch batch) => 1 / (One(batch) * Require.Positive(Length, nameof(Length)));

    /// <inheritdoc/>
    public override Tensor Denominator(TokenBatch batch) => batch.SequenceCount;
}
