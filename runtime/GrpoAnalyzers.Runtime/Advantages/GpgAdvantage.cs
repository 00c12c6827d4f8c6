namespace GrpoAnalyzers.Runtime;

/// <summary>Which completions the alpha of GPG counts.</summary>
public enum GpgAlpha
{
    /// <summary>B / (completions in groups whose rewards differ), as in the paper (2504.02546).</summary>
    ValidGroups,

    /// <summary>B / (completions with a reward that is not 0), as in verl: another quantity.</summary>
    NonzeroRewards,
}

/// <summary>alpha (r - mean) / F_norm, alpha making up for groups that teach nothing (GPG, 2504.02546). alpha is of the batch that is passed in.</summary>
public sealed record GpgAdvantage : AdvantageEstimator
{
    /// <summary>What alpha counts.</summary>
    public GpgAlpha Alpha { get; init; } = GpgAlpha.ValidGroups;

    /// <summary>F_norm; the paper takes 1 or the deviation of the group: this divides by a constant.</summary>
    public double Normaliser { get; init; } = 1;

    /// <inheritdoc/>
    protected internal override Tensor Of(RewardGroups rewards)
    {
        var counted = Alpha == GpgAlpha.ValidGroups
            ? rewards.Deviation(0).gt(0).to(rewards.Present.dtype) * rewards.Present
            : rewards.Rewards.ne(0).to(rewards.Present.dtype);
        var alpha = rewards.Present.sum() / counted.sum().clamp_min(1);
        return rewards.Centred * (alpha / Require.Positive(Normaliser, nameof(Normaliser)));
    }
}
