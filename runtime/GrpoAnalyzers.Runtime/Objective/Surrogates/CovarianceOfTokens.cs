namespace GrpoAnalyzers.Runtime;

/// <summary>(A - mean A)(log pi - mean log pi) over the batch's tokens (2505.22617): which tokens drive entropy down.</summary>
internal static class CovarianceOfTokens
{
    internal static Tensor Of(TokenBatch batch)
    {
        var advantages = (batch.Advantages + zeros_like(batch.LogProbs)).detach();
        var logProbs = batch.LogProbs.detach();
        return (advantages - batch.Layout.TokenMean(advantages)) * (logProbs - batch.Layout.TokenMean(logProbs));
    }
}
