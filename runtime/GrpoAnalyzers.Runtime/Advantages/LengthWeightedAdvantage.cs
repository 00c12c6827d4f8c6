namespace GrpoAnalyzers.Runtime;

/// <summary>r - (sum length r) / (sum length) of the group: the variance-optimal baseline when gradients grow with length (OPO, 2505.23585). Needs lengths.</summary>
public sealed record LengthWeightedAdvantage : AdvantageEstimator
{
    /// <inheritdoc/>
    protected internal override Tensor Of(RewardGroups rewards)
    {
        var weights = rewards.Lengths * rewards.Present;
        var baseline = rewards.SumWithin(weights * rewards.Centred) / rewards.SumWithin(weights).clamp_min(1e-30);
        return (rewards.Centred - baseline) * rewards.Present;
    }
}
