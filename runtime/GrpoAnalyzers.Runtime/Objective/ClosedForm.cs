namespace GrpoAnalyzers.Runtime;

/// <summary>
/// Value and slope of the commonest objectives without a graph of a dozen operations: a clipped token ratio, with or without a k2 or k3 penalty.
/// Each is the derivative that autograd would find, ties and bounds included.
/// </summary>
internal static class ClosedForm
{
    private const double Bound = TokenBatch.LogRatioBound;

    internal static bool Has(GroupObjective objective) => objective is
    {
        Surrogate: ClippedSurrogate { Ratio: TokenRatio, Clip: { DualClip: null, RatioMax: null } },
        Regulariser: NoRegulariser or KlPenalty { Estimator: K2Estimator or K3Estimator },
    };

    /// <summary>The numerator of a batch, 0-dim, with its gradient.</summary>
    /// <param name="objective">One that <see cref="Has"/> a closed form.</param>
    /// <param name="batch">The checked batch.</param>
    internal static Tensor Numerator(GroupObjective objective, TokenBatch batch)
    {
        Tensor value, slope;
        using (no_grad())
        {
            var factors = objective.Weighting.Aggregation.Factors(batch);
            var alpha = objective.Weighting.Tokens is UniformWeight ? factors : objective.Weighting.Tokens.Of(batch) * factors;
            alpha = objective.OffPolicy.Of(batch) is { } correction ? alpha * correction : alpha;
            (value, slope) = Surrogate((ClippedSurrogate)objective.Surrogate, batch);
            if (Penalty(objective.Regulariser, batch) is not var (penalty, penaltySlope))
            {
                Weigh(alpha);
            }
            else if (ReferenceEquals(alpha, factors))
            {
                value.add_(penalty);
                slope.add_(penaltySlope);
                Weigh(alpha);
            }
            else
            {
                Weigh(alpha);
                var held = Trained(factors);
                value.add_(penalty.mul_(held));
                slope.add_(penaltySlope.mul_(held));
            }

            value = value.sum();
        }

        return ClosedFormNode.apply(batch.GivenLogProbs, new ValueWithSlope(value, slope));

        void Weigh(Tensor weights)
        {
            var trained = Trained(weights);
            value.mul_(trained);
            slope.mul_(trained);
        }

        Tensor Trained(Tensor weights) => batch.Layout.Masked(weights.expand(batch.Layout.Mask.shape));
    }

    private static (Tensor Value, Tensor Slope) Surrogate(ClippedSurrogate surrogate, TokenBatch batch)
    {
        surrogate.Clip.Check();
        var push = batch.Advantages.neg();
        var (ratio, beyond) = Bounded(batch.ApartFromOld());
        ratio.exp_();
        var free = ratio * push;
        var clipped = ratio.clamp_(1 - surrogate.Clip.Low, 1 + surrogate.Clip.High).mul_(push);
        var idle = free.lt(clipped).logical_or_(beyond);
        var value = free.maximum(clipped);
        return (value, free.masked_fill_(idle, 0));
    }

    private static (Tensor Value, Tensor Slope)? Penalty(Regulariser regulariser, TokenBatch batch)
    {
        if (regulariser is not KlPenalty penalty || Require.NotNegative(penalty.Coefficient, nameof(KlPenalty.Coefficient)) == 0)
        {
            return null;
        }

        var (apart, beyond) = Bounded(batch.ApartFromReference());
        if (penalty.Estimator is K2Estimator)
        {
            var half = apart.square().mul_(0.5 * penalty.Coefficient);
            return (half, apart.mul_(penalty.Coefficient).masked_fill_(beyond, 0));
        }

        var inverse = apart.neg().exp_();
        var value = apart.add_(inverse).sub_(1).mul_(penalty.Coefficient);
        return (value, inverse.sub_(1).mul_(-penalty.Coefficient).masked_fill_(beyond, 0));
    }

    private static (Tensor Value, Tensor Beyond) Bounded(Tensor difference)
    {
        var bounded = difference.clamp(-Bound, Bound);
        return (bounded, bounded.ne(difference));
    }
}
