namespace GrpoAnalyzers.Runtime;

/// <summary>(1 / sum |o_i|) sum_i sum_t over the window.</summary>
public sealed record TokenMean : Aggregation
{
    /// <inheritdoc/>
    public override Tensor Factors(TokenBatch batch) => One(batch);

    /// <inheritdoc/>
    public override Tensor Denominator(TokenBatch batch) => batch.TokenCount;
}
