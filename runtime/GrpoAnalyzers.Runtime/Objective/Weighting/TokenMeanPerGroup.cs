namespace GrpoAnalyzers.Runtime;

/// <summary>(1/K) sum_g (1 / sum_{i in g} |o_i|) sum_{i in g} sum_t.</summary>
public sealed record TokenMeanPerGroup : Aggregation
{
    /// <inheritdoc/>
    public override Tensor Factors(TokenBatch batch) =>
        batch.Layout.Spread(1 / batch.Groups.SumWithin(batch.Layout.Lengths).clamp_min(1));

    /// <inheritdoc/>
    public override Tensor Denominator(TokenBatch batch) => batch.Groups.Sum(batch.Layout.Lengths).gt(0).to(batch.Layout.MathType).sum();
}
