namespace GrpoAnalyzers.Runtime;

/// <summary>sg[exp of the mean log-ratio] x exp(log pi - sg[log pi]) (GSPO-token).</summary>
public sealed record GspoTokenRatio : Ratio
{
    /// <inheritdoc/>
    public override Tensor Of(TokenBatch batch) =>
        StopGradient.Of(SequenceGeometricMean.Of(batch)) * (batch.LogProbs - StopGradient.Of(batch.LogProbs)).exp();
}
