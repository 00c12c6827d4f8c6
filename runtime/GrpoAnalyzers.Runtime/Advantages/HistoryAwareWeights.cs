namespace GrpoAnalyzers.Runtime;

/// <summary>
/// HA-DW (2601.08521): Phi_i = Scale x exp(-sgn(A_i) sgn(p - C) |p - C|), p the mean reward of the group, C what the policy was believed to reach
/// before this batch. Multiply advantages with it. Rewards and anchor lie in [0, 1]. Advantages no longer sum to 0 (upward on hard prompts, downward
/// on easy ones), and Scale also scales the gradient: compare with a learning rate as much larger before crediting the method.
/// </summary>
public sealed record HistoryAwareWeights
{
    /// <summary>lambda; 1.3 is the best of the paper.</summary>
    public double Scale { get; init; } = 1.3;

    /// <summary>Whether values are checked. Null: on the CPU yes, on other devices no.</summary>
    public bool? Validate { get; init; }

    /// <summary>The weights, <c>[B]</c>.</summary>
    /// <param name="rewards">In [0, 1], <c>[B]</c>.</param>
    /// <param name="advantages">Of the base method, <c>[B]</c>.</param>
    /// <param name="groups">Which completions share a prompt.</param>
    /// <param name="anchor">C before this batch: <see cref="DifficultyAnchor.Prior"/>.</param>
    public Tensor Of(Tensor rewards, Tensor advantages, Groups groups, double anchor)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        Require.Positive(Scale, nameof(Scale));
        Require.Between(anchor, 0, 1, nameof(anchor));
        var prepared = RewardGroups.From(rewards, groups, null, new CentredAdvantage { Validate = Validate });
        Require.Floating(advantages, nameof(advantages));
        Require.Shape(advantages, nameof(advantages), rewards.shape);
        Require.SameDevice(advantages, nameof(advantages), rewards);
        if (Require.Values(Validate, rewards))
        {
            Require.Finite(advantages, nameof(advantages));
            if (!prepared.Rewards.ge(0).logical_and(prepared.Rewards.le(1)).all().ToBoolean())
            {
                throw new ArgumentException("wanted rewards from 0 to 1, the scale of the anchor.", nameof(rewards));
            }
        }

        var difference = prepared.SumWithin(prepared.Rewards) / prepared.Counts.clamp_min(1) - anchor;
        var direction = advantages.detach().to(difference.dtype).sign() * difference.sign();
        return ((direction * difference.abs()).neg().exp() * Scale).MoveToOuterDisposeScope();
    }
}
