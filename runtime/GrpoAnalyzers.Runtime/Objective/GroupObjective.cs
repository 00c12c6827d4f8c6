namespace GrpoAnalyzers.Runtime;

/// <summary>
/// A group-based method as one row of the unified formula (2601.05002, eq. 1):
/// <c>J = E[ sum_i sum_t alpha_it min(s_it A_i, clip(s_it) A_i) - beta R ]</c>, weighting alpha, surrogate (ratio s and clip), regulariser R, and a
/// correction for the inference engine's policy. Methods are presets; variants are made with <c>with</c>.
/// </summary>
public sealed partial record GroupObjective
{
    /// <summary>The method's name.</summary>
    public required string Name { get; init; }

    /// <summary>alpha: how token losses become a scalar, and what singles tokens out.</summary>
    public required Weighting Weighting { get; init; }

    /// <summary>Ratio and clip: what one token adds.</summary>
    public required Surrogate Surrogate { get; init; }

    /// <summary>beta R: what is added to it.</summary>
    public Regulariser Regulariser { get; init; } = Regulariser.None;

    /// <summary>The correction for the inference engine's policy; multiplies the policy's token losses before the regulariser is added.</summary>
    public OffPolicyCorrection OffPolicy { get; init; } = OffPolicyCorrection.None;

    /// <summary>The advantages that the method is defined with. Its loss takes whatever is passed in.</summary>
    public AdvantageEstimator Advantages { get; init; } = AdvantageEstimator.Centred;

    /// <summary>The loss of a (micro-)batch.</summary>
    /// <param name="inputs">Tensors of the batch; what the objective needs and is not there is named in the exception.</param>
    /// <param name="window">What the optimiser's step sees besides this batch; null: nothing.</param>
    /// <param name="metrics">Whether metrics are computed.</param>
    /// <exception cref="ArgumentException">An input is absent, or has a shape, dtype, device or value that it may not have.</exception>
    public LossResult Compute(LossInputs inputs, Window? window = null, bool metrics = true)
    {
        using var scope = NewDisposeScope();
        window ??= Window.Whole;
        var batch = Prepare(inputs);
        window.Check(batch.GivenLogProbs, batch.ChecksValues);

        if (!metrics && ClosedForm.Has(this))
        {
            return LossResult.Make(ClosedForm.Numerator(this, batch), Weighting.Aggregation.Denominator(batch), window, new LossMetrics());
        }

        var layout = batch.Layout;
        var terms = Surrogate.Evaluate(batch);
        var factors = Weighting.Aggregation.Factors(batch);
        var weights = Weighting.Tokens.Of(batch).detach();
        var alpha = weights * factors;
        if (OffPolicy.Of(batch) is { } correction)
        {
            alpha = alpha * correction.detach();
        }

        var policy = layout.Masked(PerToken(terms.Loss * alpha, layout)).sum();
        var regulariser = Regulariser.Evaluate(batch) is { } penalty
            ? layout.Masked(PerToken(penalty * (Regulariser.SharesTokenWeights ? weights * factors : factors), layout)).sum()
            : null;
        var denominator = Weighting.Aggregation.Denominator(batch);
        var numerator = regulariser is null ? policy : policy + regulariser;

        var measured = new LossMetrics();
        if (metrics)
        {
            using var grad = no_grad();
            var scale = window.Replicas / (window.Denominator ?? denominator).to(layout.MathType).clamp_min(1);
            measured = Measure(batch, terms, PerToken(alpha * scale, layout), policy * scale, regulariser is null ? null : regulariser * scale);
        }

        return LossResult.Make(numerator, denominator, window, measured);
    }

    /// <summary>What a batch adds to the denominator of its window. Reads the mask (and groups, or advantages where completions are pruned), not the policy.</summary>
    /// <param name="inputs">The batch; <see cref="LossInputs.LogProbs"/> may be any log-probabilities of its tokens, such as the old ones.</param>
    public Tensor Denominator(LossInputs inputs)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        return Weighting.Aggregation.Denominator(Prepare(inputs)).MoveToOuterDisposeScope();
    }

    internal TokenBatch Prepare(LossInputs inputs)
    {
        var batch = TokenBatch.From(inputs);
        return Weighting.Pruning is { } pruning ? batch.Restrict(batch.Layout.Spread(pruning.Keep(batch))) : batch;
    }

    private LossMetrics Measure(TokenBatch batch, SurrogateTerms terms, Tensor alpha, Tensor policy, Tensor? regulariser)
    {
        var layout = batch.Layout;
        var advantages = batch.Advantages;
        alpha = layout.Masked(alpha);
        var metrics = new LossMetrics
        {
            PolicyLoss = policy,
            RegulariserLoss = regulariser,
            Kl = Regulariser.Measure(batch) is { } kl ? layout.TokenMean(kl) : null,
            Entropy = batch.HasEntropy ? layout.TokenMean(batch.Entropy) : null,
            CompletionWeights = layout.SumBySequence(alpha),
            ExpectedOnPolicyLoss = (alpha * advantages).sum().neg(),
            ZeroVarianceShare = batch.HasGroups ? ZeroVariance(batch) : null,
        };
        if (terms.Ratio is null)
        {
            return metrics;
        }

        var ratio = PerToken(terms.Ratio, layout);
        var counted = layout.Masked(ratio);
        metrics = metrics with
        {
            RatioMin = ratio.masked_fill(layout.Mask.logical_not(), double.PositiveInfinity).min(),
            RatioMean = layout.TokenMean(ratio),
            RatioMax = counted.max(),
            EffectiveSampleSize = counted.sum().square() / counted.square().sum().clamp_min(1e-30),
            PrefixAggregate = batch.HasGroups && batch.HasTokenIds ? SharedPrefix(batch, alpha * counted * advantages) : null,
        };
        if (terms.Clip is not { } clip)
        {
            return metrics;
        }

        var below = ratio.lt(1 - clip.Low);
        var above = ratio.gt(1 + clip.High);
        var low = Share(layout, below.logical_and(advantages.lt(0)));
        var high = Share(layout, above.logical_and(advantages.gt(0)));
        return metrics with
        {
            ClipFractionLow = low,
            ClipFractionHigh = high,
            ClipFraction = low + high,
            OutsideRegion = Share(layout, below.logical_or(above)),
        };
    }

    private static Tensor PerToken(Tensor tensor, SequenceLayout layout) => tensor.shape.AsSpan().SequenceEqual(layout.Mask.shape) ? tensor : tensor.expand(layout.Mask.shape);

    private static Tensor Share(SequenceLayout layout, Tensor which) => layout.TokenMean(which.to(layout.MathType));

    private static Tensor ZeroVariance(TokenBatch batch)
    {
        var pushed = batch.Layout.SumBySequence(batch.Layout.Masked(PerToken(batch.Advantages, batch.Layout).abs()));
        var occupied = batch.Groups.Occupied();
        var idle = batch.Groups.Sum(pushed).eq(0).logical_and(occupied);
        return idle.to(batch.Layout.MathType).sum() / occupied.to(batch.Layout.MathType).sum();
    }

    private static Tensor SharedPrefix(TokenBatch batch, Tensor push)
    {
        var first = batch.Layout.Compact(batch.TokenIds, -1L).slice(1, 0, 1, 1).squeeze(1);
        var same = first.eq(batch.Groups.FirstWithin(first)).logical_and(first.ge(0)).to(batch.Layout.MathType);
        var shared = batch.Groups.Sum(1 - same).eq(0).logical_and(batch.Groups.Occupied());
        var firstPush = batch.Layout.Compact(push, 0).slice(1, 0, 1, 1).squeeze(1);
        return batch.Groups.Sum(firstPush).masked_fill(shared.logical_not(), 0);
    }
}
