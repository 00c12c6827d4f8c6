namespace GrpoAnalyzers.Runtime;

/// <summary>
/// Rewards, or rewards less the mean of their group, whitened over the tokens of the batch: (x - mean) / sqrt(var + Epsilon) with every completion
/// counted as often as it has tokens (REINFORCE++, 2501.03262, as verl has it). Needs lengths. Without a baseline a completion is compared with
/// the batch, so that a group of equal rewards has advantages unless the whole batch is equal; with it such a group has exactly 0.
/// </summary>
public sealed record TokenWhitenedAdvantage : AdvantageEstimator
{
    /// <summary>Takes the mean of the group away first (REINFORCE++-baseline).</summary>
    public bool GroupBaseline { get; init; }

    /// <summary>Added to the variance; verl 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <inheritdoc/>
    protected internal override Tensor Of(RewardGroups rewards)
    {
        var values = GroupBaseline ? rewards.Centred : rewards.Rewards;
        var weights = rewards.Lengths * rewards.Present;
        var count = weights.sum();
        var first = values.slice(0, 0, 1, 1);
        var mean = first + ((values - first) * weights).sum() / count.clamp_min(1);
        var difference = (values - mean) * rewards.Present;
        var variance = (weights * difference.square()).sum() / (count - 1).clamp_min(1);
        var size = (weights * values.square()).sum() / count.clamp_min(1);
        var equal = variance.le(size * (RelativeTolerance * RelativeTolerance));
        var idle = GroupBaseline ? equal.logical_or(rewards.SumWithin(values.abs()).eq(0)) : equal;
        return (difference / (variance + Require.NotNegative(Epsilon, nameof(Epsilon))).sqrt().masked_fill(equal, 1)).masked_fill(idle, 0);
    }
}
