namespace GrpoAnalyzers.Runtime;

/// <summary>
/// r - (sum w r) / (sum w) with w the squared norm of a completion's gradient or a proxy of it: the baseline of least variance. Derived, consistent
/// with the abstract of OBLR-PO (2511.23310); not taken from its equations. A weighted baseline that holds the sample itself bends the gradient's
/// direction, so that by default it is left out. A completion without others, or whose others weigh nothing, is compared with the plain mean.
/// </summary>
public sealed record GradientWeightedAdvantage
{
    /// <summary>Whether a completion is left out of its own baseline.</summary>
    public bool LeaveOneOut { get; init; } = true;

    /// <summary>Whether values are checked. Null: on the CPU yes, on other devices no.</summary>
    public bool? Validate { get; init; }

    /// <summary>The baselines, <c>[B]</c>: subtract them from the rewards.</summary>
    /// <param name="rewards">Floating point, <c>[B]</c>.</param>
    /// <param name="weights">At least 0, <c>[B]</c>.</param>
    /// <param name="groups">Which completions share a prompt.</param>
    public Tensor Baseline(Tensor rewards, Tensor weights, Groups groups)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        return (Prepare(rewards, groups).Rewards - Compute(rewards, weights, groups)).MoveToOuterDisposeScope();
    }

    /// <summary>The advantages, <c>[B]</c>.</summary>
    /// <param name="rewards">Floating point, <c>[B]</c>.</param>
    /// <param name="weights">At least 0, <c>[B]</c>.</param>
    /// <param name="groups">Which completions share a prompt.</param>
    public Tensor Estimate(Tensor rewards, Tensor weights, Groups groups)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        return Compute(rewards, weights, groups).MoveToOuterDisposeScope();
    }

    private RewardGroups Prepare(Tensor rewards, Groups groups) => RewardGroups.From(rewards, groups, null, new CentredAdvantage { Validate = Validate });

    private Tensor Compute(Tensor rewards, Tensor weights, Groups groups)
    {
        var prepared = Prepare(rewards, groups);
        Require.Floating(weights, nameof(weights));
        Require.Shape(weights, nameof(weights), rewards.shape);
        Require.SameDevice(weights, nameof(weights), rewards);
        var w = weights.detach().to(prepared.Rewards.dtype);
        if (Require.Values(Validate, rewards))
        {
            Require.Finite(w, nameof(weights));
            if (!w.ge(0).all().ToBoolean())
            {
                throw new ArgumentException("wanted weights of at least 0.", nameof(weights));
            }
        }

        // Centred rewards shift every baseline alike and keep a group of equal rewards at exactly 0.
        var centred = prepared.Centred;
        var total = prepared.SumWithin(w);
        var weighted = prepared.SumWithin(w * centred);
        var others = LeaveOneOut ? prepared.Counts - 1 : prepared.Counts;
        var otherWeight = LeaveOneOut ? total - w : total;
        var otherWeighted = LeaveOneOut ? weighted - w * centred : weighted;
        var otherSum = LeaveOneOut ? centred.neg() : zeros_like(centred);
        var nothing = otherWeight.le(total * 1e-12);
        var baseline = where(nothing, otherSum / others.clamp_min(1), otherWeighted / otherWeight.masked_fill(nothing, 1));
        return (centred - baseline).masked_fill(prepared.Counts.eq(1), 0).masked_fill(prepared.SumWithin(centred.square()).eq(0), 0);
    }
}
