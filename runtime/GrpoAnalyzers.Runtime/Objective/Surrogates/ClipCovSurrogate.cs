namespace GrpoAnalyzers.Runtime;

/// <summary>
/// PPO's clip, and no gradient from a few random tokens whose covariance of advantage and log-probability lies in (CovarianceMin, CovarianceMax)
/// (Clip-Cov, 2505.22617; defaults of verl). Defined on the micro-batch.
/// </summary>
/// <param name="Clip">The region; verl: 0.2, 0.2.</param>
public sealed record ClipCovSurrogate(Clip Clip) : Surrogate
{
    /// <summary>Share of all tokens that is silenced; at least one token of those that qualify.</summary>
    public double Share { get; init; } = 2e-4;

    /// <summary>Lower end of the covariances that qualify.</summary>
    public double CovarianceMin { get; init; } = 1;

    /// <summary>Upper end of the covariances that qualify.</summary>
    public double CovarianceMax { get; init; } = 5;

    /// <summary>The order in which tokens are chosen: one number a token, lowest first. Null: random, from the device's generator.</summary>
    public Tensor? Order { get; init; }

    /// <inheritdoc/>
    public override SurrogateTerms Evaluate(TokenBatch batch)
    {
        Require.Between(Share, 0, 1, nameof(Share));
        var terms = new ClippedSurrogate(Ratio.Token, Clip).Evaluate(batch);
        var ratio = terms.Ratio!;
        var clipped = batch.Advantages.gt(0).logical_and(ratio.gt(1 + Clip.High))
            .logical_or(batch.Advantages.lt(0).logical_and(ratio.lt(1 - Clip.Low)));
        var covariance = CovarianceOfTokens.Of(batch);
        var qualifies = covariance.gt(CovarianceMin).logical_and(covariance.lt(CovarianceMax))
            .logical_and(clipped.logical_not()).logical_and(batch.Layout.Mask);
        if (Order is not null)
        {
            Require.Floating(Order, nameof(Order));
            Require.Shape(Order, nameof(Order), batch.LogProbs.shape);
            Require.SameDevice(Order, nameof(Order), batch.LogProbs);
        }

        var order = (Order ?? rand_like(batch.LogProbs)).detach().masked_fill(qualifies.logical_not(), double.PositiveInfinity).reshape(-1);
        var place = order.argsort(0).argsort(0).reshape(batch.LogProbs.shape);
        var chosen = qualifies.logical_and(place.lt((batch.TokenCount * Share).floor().clamp_min(1)));
        return terms with { Loss = terms.Loss.masked_fill(chosen, 0) };
    }
}
