namespace GrpoAnalyzers.Runtime;

/// <summary>(r - mean) / (std + Epsilon) of the group (GRPO, 2402.03300). Groups that are nearly solved or nearly hopeless get more weight than others.</summary>
public sealed record GroupStandardisedAdvantage : AdvantageEstimator
{
    /// <summary>Added to the deviation; TRL 1e-4 (the default), verl 1e-6.</summary>
    public double Epsilon { get; init; } = 1e-4;

    /// <summary>The deviation divides by n - Ddof; frameworks take 1, papers do not say.</summary>
    public int Ddof { get; init; } = 1;

    /// <inheritdoc/>
    protected internal override Tensor Of(RewardGroups rewards) => Standardise(rewards.Centred, rewards.Deviation(Ddof), Epsilon);

    internal static Tensor Standardise(Tensor centred, Tensor deviation, double epsilon)
    {
        var divisor = deviation + Require.NotNegative(epsilon, nameof(Epsilon));
        return centred / divisor.masked_fill(deviation.eq(0), 1);
    }
}
