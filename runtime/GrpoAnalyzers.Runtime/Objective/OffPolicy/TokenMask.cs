namespace GrpoAnalyzers.Runtime;

/// <summary>Every token's rho, 0 outside the bounds (IcePop; NeMo-RL takes 0.5 to 5).</summary>
/// <param name="Min">Lower bound; null: none.</param>
/// <param name="Max">Upper bound; null: none.</param>
public sealed record TokenMask(double? Min, double? Max) : OffPolicyCorrection
{
    /// <inheritdoc/>
    public override Tensor? Of(TokenBatch batch)
    {
        var weight = LogMismatch(batch).exp();
        return weight.masked_fill(Inside(weight, Min, Max).logical_not(), 0);
    }
}
