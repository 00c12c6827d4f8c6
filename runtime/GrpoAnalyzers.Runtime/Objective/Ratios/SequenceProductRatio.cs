namespace GrpoAnalyzers.Runtime;

/// <summary>exp of the summed log-ratio of the completion, the sum bounded to +-20.</summary>
public sealed record SequenceProductRatio : Ratio
{
    /// <inheritdoc/>
    public override Tensor Of(TokenBatch batch) => batch.Layout.Spread(
        batch.Layout.SumBySequence(batch.LogRatio).clamp(-TokenBatch.LogRatioBound, TokenBatch.LogRatioBound).exp());
}
