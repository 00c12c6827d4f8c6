namespace GrpoAnalyzers.Runtime;

/// <summary>Log-ratios of tokens after the checks: what the guard and the step look at.</summary>
/// <param name="LogRatio">log pi - log pi_old, bounded to +-20, in float32 or better, without graph.</param>
/// <param name="Mask">bool, shaped as <paramref name="LogRatio"/>.</param>
internal readonly record struct TokenRatios(Tensor LogRatio, Tensor Mask)
{
    /// <summary>Checks shapes, dtypes and devices; no host read.</summary>
    internal static TokenRatios From(Tensor logProbs, Tensor oldLogProbs, Tensor? mask)
    {
        CheckLogProbs(logProbs, oldLogProbs);
        var type = Require.MathType(logProbs.dtype);
        var logRatio = (logProbs.detach().to(type) - oldLogProbs.detach().to(type)).clamp(-TokenBatch.LogRatioBound, TokenBatch.LogRatioBound);
        return new TokenRatios(logRatio, MaskOf(mask, logProbs));
    }

    /// <summary>bool, or numbers that are 0 outside; null: every token.</summary>
    private static Tensor MaskOf(Tensor? mask, Tensor logProbs)
    {
        if (mask is null)
        {
            return ones_like(logProbs, ScalarType.Bool);
        }

        Require.Usable(mask, nameof(mask));
        Require.Shape(mask, nameof(mask), logProbs.shape);
        Require.SameDevice(mask, nameof(mask), logProbs);
        return mask.dtype == ScalarType.Bool ? mask : mask.ne(0);
    }

    private static void CheckLogProbs(Tensor logProbs, Tensor oldLogProbs)
    {
        Require.Floating(logProbs, nameof(logProbs));
        Require.Floating(oldLogProbs, nameof(oldLogProbs));
        if (logProbs.numel() == 0)
        {
            throw new ArgumentException($"wanted at least one token, found shape {Require.Show(logProbs.shape)}.", nameof(logProbs));
        }

        Require.Shape(oldLogProbs, nameof(oldLogProbs), logProbs.shape);
        Require.SameDevice(oldLogProbs, nameof(oldLogProbs), logProbs);
    }
}
