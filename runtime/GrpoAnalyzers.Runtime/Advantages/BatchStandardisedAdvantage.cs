namespace GrpoAnalyzers.Runtime;

/// <summary>(r - mean of the group) / (std of all rewards + Epsilon): one scale for all prompts (TRL's "batch", Lite-PPO).</summary>
public sealed record BatchStandardisedAdvantage : AdvantageEstimator
{
    /// <summary>Added to the deviation; TRL 1e-4.</summary>
    public double Epsilon { get; init; } = 1e-4;

    /// <inheritdoc/>
    protected internal override Tensor Of(RewardGroups rewards) =>
        GroupStandardisedAdvantage.Standardise(rewards.Centred, rewards.BatchDeviation(rewards.Rewards, 1), Epsilon);
}
