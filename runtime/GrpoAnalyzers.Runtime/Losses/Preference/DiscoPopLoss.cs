namespace GrpoAnalyzers.Runtime;

/// <summary>The logistic loss turning into the exponential one as the margin grows (DiscoPOP, 2406.08414, eq. 5, as TRL has it): (1 - s) log(1 + exp(-x)) + s exp(-x), x = Beta m, s = sigmoid(x / Temperature).</summary>
/// <param name="Beta">0.1 by custom.</param>
/// <param name="Temperature">tau; 0.05 in the paper.</param>
public sealed record DiscoPopLoss(double Beta = 0.1, double Temperature = 0.05) : PreferenceLoss
{
    /// <inheritdoc/>
    public override Tensor PerPair(PreferenceBatch batch)
    {
        var logits = batch.Margin * Require.Positive(Beta, nameof(Beta));
        var share = (logits / Require.Positive(Temperature, nameof(Temperature))).sigmoid();
        return NegLogSigmoid(logits) * (1 - share) + logits.neg().clamp_max(TokenBatch.LogRatioBound).exp() * share;
    }
}
