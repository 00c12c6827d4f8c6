namespace GrpoAnalyzers.Runtime;

/// <summary>exp(log pi - log pi_old).</summary>
public sealed record TokenRatio : Ratio
{
    /// <inheritdoc/>
    public override Tensor Of(TokenBatch batch) => batch.LogRatio.exp();
}
