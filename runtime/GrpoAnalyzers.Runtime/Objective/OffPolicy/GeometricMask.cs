namespace GrpoAnalyzers.Runtime;

/// <summary>Every token's rho, 0 for completions whose geometric mean of rho is outside the bounds (NeMo-RL takes 0.999 to 1.002).</summary>
/// <param name="Min">Lower bound; null: none.</param>
/// <param name="Max">Upper bound; null: none.</param>
public sealed record GeometricMask(double? Min, double? Max) : OffPolicyCorrection
{
    /// <inheritdoc/>
    public override Tensor? Of(TokenBatch batch)
    {
        var mismatch = LogMismatch(batch);
        var inside = Inside(batch.Layout.MeanBySequence(mismatch).exp(), Min, Max);
        return mismatch.exp().masked_fill(batch.Layout.Spread(inside).logical_not(), 0);
    }
}
