namespace GrpoAnalyzers.Runtime;

/// <summary>The score of a completion in DisCO.</summary>
public enum DiscoScore
{
    /// <summary>Mean log-probability of its tokens.</summary>
    LogLikelihood,

    /// <summary>Mean ratio pi / pi_old of its tokens, unclipped.</summary>
    LikelihoodRatio,
}

/// <summary>The estimate of KL(pi_old || pi) that DisCO constrains.</summary>
public enum DiscoKl
{
    /// <summary>Token mean of log pi_old - log pi.</summary>
    K1,

    /// <summary>Token mean of I - 1 - log I; never negative.</summary>
    K3,
}

/// <summary>
/// DisCO (2505.12366): pushes scores of correct completions above those of wrong ones, hardest wrong ones first, inside a trust region:
/// -mean over prompts of [mean_P s - tau log mean_N exp(s / tau)] + Beta / 2 [KL - Delta]_+^2. Rewards are 0 or 1. Prompts without both kinds add
/// nothing but count. The released code's gradient of the penalty is half of the paper's Beta [.]_+^2 at the same Beta; this has the code's.
/// The penalty is a square of the window's KL: with micro-batches, add up <see cref="Divergence(LossInputs)"/> over them first and pass the sum as
/// <see cref="WindowDivergence"/>; their losses and gradients then add up to the whole.
/// </summary>
public sealed record DiscoLoss
{
    /// <summary>What is compared.</summary>
    public DiscoScore Score { get; init; } = DiscoScore.LogLikelihood;

    /// <summary>tau. Null: the published one of the score, 10 for log-likelihoods and 1 for ratios. Infinity: DisCO-b, the plain mean.</summary>
    public double? Temperature { get; init; }

    /// <summary>Beta of the penalty.</summary>
    public double Beta { get; init; } = 1e3;

    /// <summary>The KL that costs nothing.</summary>
    public double Delta { get; init; } = 1e-4;

    /// <summary>Which estimate of the KL.</summary>
    public DiscoKl Kl { get; init; } = DiscoKl.K1;

    /// <summary>The sum of <see cref="Divergence(LossInputs)"/> over the window, <c>[2]</c>. Null: the batch is the window.</summary>
    public Tensor? WindowDivergence { get; init; }

    /// <summary>The summed KL estimates of a batch's tokens and their number, <c>[2]</c>.</summary>
    /// <param name="inputs">As for <see cref="Compute"/>.</param>
    public Tensor Divergence(LossInputs inputs)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var batch = TokenBatch.From(inputs);
        return stack([batch.Layout.Masked(Estimates(batch)).sum(), batch.TokenCount], 0).MoveToOuterDisposeScope();
    }

    /// <summary>The loss of a batch; the denominator is the number of prompts.</summary>
    /// <param name="inputs">Reads log-probabilities, old ones, the mask, rewards (0 or 1) and groups.</param>
    /// <param name="window">What the step of the optimiser sees besides this batch; null: nothing.</param>
    public LossResult Compute(LossInputs inputs, Window? window = null)
    {
        using var scope = NewDisposeScope();
        window ??= Window.Whole;
        var batch = TokenBatch.From(inputs);
        window.Check(batch.LogProbs, batch.ChecksValues);
        var correct = batch.Rewards.eq(1);
        if (batch.ChecksValues && !correct.logical_or(batch.Rewards.eq(0)).all().ToBoolean())
        {
            throw new ArgumentException("wanted rewards of 0 or 1.", nameof(LossInputs.Rewards));
        }

        var scores = batch.Layout.MeanBySequence(
            Score == DiscoScore.LogLikelihood ? batch.LogProbs : batch.Layout.Masked(batch.LogRatio.exp()));
        var counts = batch.Layout.Lengths.gt(0);
        var objective = Discriminate(batch, scores, correct.logical_and(counts), correct.logical_not().logical_and(counts)).sum();
        var prompts = batch.Groups.Occupied().to(batch.Layout.MathType).sum();
        var sum = batch.Layout.Masked(Estimates(batch)).sum();
        var (kl, penalty) = Penalty(batch, sum);

        // The window's square is shared out by prompts, its gradient by tokens: the parts of a window add up to both.
        var total = (window.Denominator ?? prompts).detach().to(batch.Layout.MathType);
        var slope = (kl - Delta).clamp_min(0) * Beta;
        var numerator = penalty * prompts + slope * (sum - sum.detach()) / Tokens(batch) * total - objective;
        var metrics = new LossMetrics
        {
            Kl = kl,
            PolicyLoss = (objective / prompts.clamp_min(1)).neg().detach(),
            RegulariserLoss = penalty,
        };
        return LossResult.Make(numerator, prompts, window, metrics);
    }

    private (Tensor Kl, Tensor Penalty) Penalty(TokenBatch batch, Tensor sum)
    {
        if (WindowDivergence is { } given)
        {
            Require.Floating(given, nameof(WindowDivergence));
            Require.Shape(given, nameof(WindowDivergence), 2);
            Require.SameDevice(given, nameof(WindowDivergence), batch.LogProbs);
            sum = given.detach().to(batch.Layout.MathType).select(0, 0);
        }

        var kl = sum.detach() / Tokens(batch);
        var excess = (kl - Require.NotNegative(Delta, nameof(Delta))).clamp_min(0);
        return (kl, excess.square() * (Require.NotNegative(Beta, nameof(Beta)) / 2));
    }

    private Tensor Tokens(TokenBatch batch) =>
        (WindowDivergence?.detach().to(batch.Layout.MathType).select(0, 1) ?? batch.TokenCount).clamp_min(1);

    private Tensor Estimates(TokenBatch batch) => Kl == DiscoKl.K1 ? batch.LogRatio.neg() : batch.LogRatio.exp() - 1 - batch.LogRatio;

    private Tensor Discriminate(TokenBatch batch, Tensor scores, Tensor positive, Tensor negative)
    {
        var groups = batch.Groups;
        var type = batch.Layout.MathType;
        var (p, n) = (positive.to(type), negative.to(type));
        var (positives, negatives) = (groups.Sum(p), groups.Sum(n));
        var mixed = positives.gt(0).logical_and(negatives.gt(0));
        var right = groups.Sum(scores * p) / positives.clamp_min(1);
        var tau = Temperature ?? (Score == DiscoScore.LogLikelihood ? 10 : 1);
        if (double.IsPositiveInfinity(tau))
        {
            return (right - groups.Sum(scores * n) / negatives.clamp_min(1)).masked_fill(mixed.logical_not(), 0);
        }

        Require.Positive(tau, nameof(Temperature));

        // Each negative is compared with the largest of its own group: sorted ascending, then stably by group, it is the last of its run.
        var scaled = scores / tau;
        var top = groups.Spread(LargestByGroup(groups, scaled.detach().masked_fill(negative.logical_not(), double.NegativeInfinity)));
        var exponent = (scaled - top).masked_fill(negative.logical_not(), double.NegativeInfinity).masked_fill(groups.Spread(mixed).logical_not(), 0);
        var mean = groups.Sum(exponent.exp()) / negatives.clamp_min(1);
        var hard = (mean.masked_fill(mixed.logical_not(), 1).log() + Group(groups, top).masked_fill(mixed.logical_not(), 0)) * tau;
        return (right - hard).masked_fill(mixed.logical_not(), 0);
    }

    /// <summary>One value a slot from values that are equal within a group.</summary>
    private static Tensor Group(GroupIndex groups, Tensor equalWithin)
    {
        var filled = equalWithin.masked_fill(equalWithin.isfinite().logical_not(), 0);
        return groups.Sum(filled) / groups.Sum(ones_like(filled)).clamp_min(1);
    }

    private static Tensor LargestByGroup(GroupIndex groups, Tensor values)
    {
        var descending = values.sort(0, true, true).Indices;
        var order = descending.index_select(0, groups.Of.index_select(0, descending).sort(0, false, true).Indices);
        var counts = groups.Sum(ones_like(groups.Of));
        var starts = (counts.cumsum(0) - counts).clamp_max(values.shape[0] - 1);
        return values.index_select(0, order.index_select(0, starts));
    }
}
