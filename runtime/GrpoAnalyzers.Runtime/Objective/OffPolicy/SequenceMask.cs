namespace GrpoAnalyzers.Runtime;

/// <summary>The product of the completion's rho, 0 outside the bounds (masked importance sampling; TRL takes Max 3).</summary>
/// <param name="Min">Lower bound; null: none.</param>
/// <param name="Max">Upper bound; null: none.</param>
public sealed record SequenceMask(double? Min, double? Max) : OffPolicyCorrection
{
    /// <inheritdoc/>
    public override Tensor? Of(TokenBatch batch)
    {
        var weight = SequenceMismatch(batch);
        return batch.Layout.Spread(weight.masked_fill(Inside(weight, Min, Max).logical_not(), 0));
    }
}
