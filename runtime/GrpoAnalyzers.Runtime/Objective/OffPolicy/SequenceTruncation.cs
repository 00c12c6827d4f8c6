namespace GrpoAnalyzers.Runtime;

/// <summary>The product of the completion's rho, bounded.</summary>
/// <param name="Min">Lower bound; null: none.</param>
/// <param name="Max">Upper bound; null: none.</param>
public sealed record SequenceTruncation(double? Min, double? Max) : OffPolicyCorrection
{
    /// <inheritdoc/>
    public override Tensor? Of(TokenBatch batch)
    {
        return batch.Layout.Spread(Truncate(SequenceMismatch(batch), Min, Max));
    }
}
