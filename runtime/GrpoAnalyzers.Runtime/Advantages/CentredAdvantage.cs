namespace GrpoAnalyzers.Runtime;

/// <summary>r - mean of the group.</summary>
public sealed record CentredAdvantage : AdvantageEstimator
{
    /// <inheritdoc/>
    protected internal override Tensor Of(RewardGroups rewards) => rewards.Centred.clone();
}
