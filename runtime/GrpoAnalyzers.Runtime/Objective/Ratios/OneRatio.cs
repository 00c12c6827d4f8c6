namespace GrpoAnalyzers.Runtime;

/// <summary>exp(log pi - sg[log pi]).</summary>
public sealed record OneRatio : Ratio
{
    /// <inheritdoc/>
    public override Tensor Of(TokenBatch batch) => (batch.LogProbs - StopGradient.Of(batch.LogProbs)).exp();
}
