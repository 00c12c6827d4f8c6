namespace GrpoAnalyzers.Runtime;

/// <summary>log pi itself.</summary>
public sealed record LogRatio : Ratio
{
    /// <inheritdoc/>
    public override Tensor Of(TokenBatch batch) => batch.LogProbs;
}
