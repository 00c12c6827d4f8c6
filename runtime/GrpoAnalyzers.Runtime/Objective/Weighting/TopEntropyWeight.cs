namespace GrpoAnalyzers.Runtime;

/// <summary>
/// 1 on the tokens with the largest entropies, else 0 (2506.01939: training on the fifth of the tokens at which the policy is least certain).
/// Needs entropies. The share is of the micro-batch; ties are all kept.
/// </summary>
/// <param name="Share">The share of the trained tokens that stays, above 0; the paper takes 0.2.</param>
public sealed record TopEntropyWeight(double Share = 0.2) : TokenWeight
{
    /// <inheritdoc/>
    public override Tensor Of(TokenBatch batch)
    {
        if (!(Share is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(Share), Share, "wanted a share above 0 and at most 1.");
        }

        // The last one kept stands at place ceil(Share x tokens) of the descending order; places outside the mask come last. No host read.
        var mask = batch.Layout.Mask;
        var entropy = batch.Entropy.masked_fill(mask.logical_not(), double.NegativeInfinity);
        var descending = entropy.reshape(-1).sort(0, true, true).Values;
        var last = (batch.TokenCount * Share).ceil().clamp_min(1).to(ScalarType.Int64) - 1;
        var threshold = descending.gather(0, last.reshape(1));
        return entropy.ge(threshold).logical_and(mask).to(batch.Layout.MathType);
    }
}
