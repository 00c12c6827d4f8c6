namespace GrpoAnalyzers.Runtime;

/// <summary>Every token's rho, bounded (truncated importance sampling; slime takes Max 2).</summary>
/// <param name="Min">Lower bound; null: none.</param>
/// <param name="Max">Upper bound; null: none.</param>
public sealed record TokenTruncation(double? Min, double? Max) : OffPolicyCorrection
{
    /// <inheritdoc/>
    public override Tensor? Of(TokenBatch batch)
    {
        return Truncate(LogMismatch(batch).exp(), Min, Max);
    }
}
