namespace GrpoAnalyzers.Runtime;

/// <summary>r - mean of the other rewards of the group, which is n / (n - 1) (r - mean) (RLOO, 2402.14740).</summary>
public sealed record LeaveOneOutAdvantage : AdvantageEstimator
{
    /// <inheritdoc/>
    protected internal override Tensor Of(RewardGroups rewards) => rewards.Centred * rewards.Counts / (rewards.Counts - 1).clamp_min(1);
}
