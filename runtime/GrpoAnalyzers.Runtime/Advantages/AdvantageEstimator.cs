namespace GrpoAnalyzers.Runtime;

/// <summary>What a NaN among the rewards means.</summary>
public enum MissingRewards
{
    /// <summary>It is an error (found when values are checked).</summary>
    Throw,

    /// <summary>The completion has no reward: it takes no part in its group's statistics and its advantage is 0.</summary>
    Exclude,
}

/// <summary>What a group of one completion means.</summary>
public enum SingletonGroups
{
    /// <summary>Nothing can be compared: its advantage is 0.</summary>
    Zero,

    /// <summary>It is an error (found when values are checked).</summary>
    Throw,
}

/// <summary>
/// How much better a completion was than the others of its prompt. Groups whose rewards do not differ give exactly 0. Advantages are constants to autograd.
/// </summary>
public abstract record AdvantageEstimator
{
    /// <summary>r - mean of the group: the default of the paper (eq. 2) and of Dr.GRPO.</summary>
    public static AdvantageEstimator Centred { get; } = new CentredAdvantage();

    /// <summary>(r - mean) / (std + 1e-4) of the group: GRPO R1 as TRL has it.</summary>
    public static AdvantageEstimator GroupStandardised { get; } = new GroupStandardisedAdvantage();

    /// <summary>(r - mean of the group) / (std of the batch + 1e-4).</summary>
    public static AdvantageEstimator BatchStandardised { get; } = new BatchStandardisedAdvantage();

    /// <summary>r - mean of the others: RLOO.</summary>
    public static AdvantageEstimator LeaveOneOut { get; } = new LeaveOneOutAdvantage();

    /// <summary>r - the mean weighted by length: OPO.</summary>
    public static AdvantageEstimator LengthWeighted { get; } = new LengthWeightedAdvantage();

    /// <summary>What a NaN reward means. Infinite rewards are always errors.</summary>
    public MissingRewards MissingRewards { get; init; } = MissingRewards.Throw;

    /// <summary>What a group of one means.</summary>
    public SingletonGroups SingletonGroups { get; init; } = SingletonGroups.Zero;

    /// <summary>
    /// Rewards of a group that differ by less than this share of their size are equal: their advantages are exactly 0, not rounding errors divided by
    /// a deviation that is itself one. 0 leaves everything as computed.
    /// </summary>
    public double RelativeTolerance { get; init; } = 1e-6;

    /// <summary>Whether values are checked, which reads them on the host. Null: on the CPU yes, on other devices no.</summary>
    public bool? Validate { get; init; }

    /// <summary>One advantage a completion, <c>[B]</c>.</summary>
    /// <param name="rewards">Floating point, <c>[B]</c>.</param>
    /// <param name="groups">Which completions share a prompt; an <c>int</c> is the size of consecutive groups.</param>
    /// <param name="lengths">Trained tokens a completion, <c>[B]</c>; only estimators that weigh by length read it.</param>
    /// <exception cref="ArgumentException">An argument is absent, or has a shape, dtype, device or value that it may not have.</exception>
    public Tensor Estimate(Tensor rewards, Groups groups, Tensor? lengths = null)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var prepared = RewardGroups.From(rewards, groups, lengths, this);
        return Of(prepared).MoveToOuterDisposeScope();
    }

    /// <summary>The advantages of prepared rewards.</summary>
    /// <param name="rewards">Rewards with their groups.</param>
    protected internal abstract Tensor Of(RewardGroups rewards);
}
