namespace GrpoAnalyzers.Runtime;

/// <summary>Rewards with their groups, after the checks: what an estimator reads. Everything is <c>[B]</c>, in float32 or better.</summary>
public sealed class RewardGroups
{
    private readonly GroupIndex groups;
    private readonly Tensor? lengths;
    private readonly double tolerance;
    private Tensor? centred;

    private RewardGroups(Tensor rewards, Tensor present, GroupIndex groups, Tensor? lengths, double tolerance)
    {
        this.groups = groups;
        this.lengths = lengths;
        this.tolerance = tolerance;
        Rewards = rewards;
        Present = present;
        Counts = groups.SumWithin(present);
    }

    /// <summary>Rewards, 0 where there is none.</summary>
    public Tensor Rewards { get; }

    /// <summary>1 where there is a reward, else 0.</summary>
    public Tensor Present { get; }

    /// <summary>For each completion the number of rewards in its group.</summary>
    public Tensor Counts { get; }

    /// <summary>r - mean of the group; exactly 0 where the group's rewards do not differ.</summary>
    public Tensor Centred => centred ??= Centre();

    /// <summary>Trained tokens a completion.</summary>
    public Tensor Lengths => lengths ?? throw new ArgumentException("this estimator weighs by length; no lengths are given.", nameof(lengths));

    internal GroupIndex Groups => groups;

    /// <summary>For each completion the sum of <paramref name="values"/> over its group.</summary>
    /// <param name="values">One a completion.</param>
    public Tensor SumWithin(Tensor values) => groups.SumWithin(values);

    /// <summary>For each completion the standard deviation of its group's rewards, divided by n - <paramref name="ddof"/>.</summary>
    /// <param name="ddof">1: the unbiased estimate that frameworks take; 0: that of a population.</param>
    public Tensor Deviation(int ddof) => (SumWithin(Centred.square()) / (Counts - ddof).clamp_min(1)).sqrt();

    /// <summary>The standard deviation of all rewards about their mean, 0-dim.</summary>
    /// <param name="values">One a completion.</param>
    /// <param name="ddof">As for <see cref="Deviation"/>.</param>
    public Tensor BatchDeviation(Tensor values, int ddof)
    {
        var count = Present.sum();
        var mean = (values * Present).sum() / count.clamp_min(1);
        return (((values - mean) * Present).square().sum() / (count - ddof).clamp_min(1)).sqrt();
    }

    internal static RewardGroups From(Tensor rewards, Groups groups, Tensor? lengths, AdvantageEstimator options)
    {
        Require.Floating(rewards, nameof(rewards));
        ArgumentNullException.ThrowIfNull(groups);
        if (rewards.dim() != 1 || rewards.shape[0] == 0)
        {
            throw new ArgumentException($"wanted shape [B] with at least one completion, found {Require.Show(rewards.shape)}.", nameof(rewards));
        }

        var values = Require.Values(options.Validate, rewards);
        var index = groups.Resolve(rewards.shape[0], rewards, nameof(groups));
        var type = Require.MathType(rewards.dtype);
        var math = rewards.detach().to(type);
        var missing = math.isnan();
        if (values)
        {
            Require.Finite(options.MissingRewards == MissingRewards.Exclude ? math.masked_fill(missing, 0) : math, nameof(rewards));
        }

        var prepared = new RewardGroups(
            options.MissingRewards == MissingRewards.Exclude ? math.masked_fill(missing, 0) : math,
            options.MissingRewards == MissingRewards.Exclude ? missing.logical_not().to(type) : ones_like(math),
            index,
            lengths is null ? null : CheckLengths(lengths, rewards, values).to(type),
            Require.NotNegative(options.RelativeTolerance, nameof(options.RelativeTolerance)));
        if (values && options.SingletonGroups == SingletonGroups.Throw && prepared.Counts.eq(1).any().ToBoolean())
        {
            throw new ArgumentException("a group has a single reward: there is nothing to compare it with.", nameof(groups));
        }

        return prepared;
    }

    private static Tensor CheckLengths(Tensor lengths, Tensor rewards, bool values)
    {
        Require.Usable(lengths, nameof(lengths));
        if (!Require.IsFloating(lengths.dtype))
        {
            Require.Integral(lengths, nameof(lengths));
        }

        Require.Shape(lengths, nameof(lengths), rewards.shape);
        Require.SameDevice(lengths, nameof(lengths), rewards);
        if (values && !lengths.to(ScalarType.Float64).gt(0).all().ToBoolean())
        {
            throw new ArgumentException("wanted lengths above 0.", nameof(lengths));
        }

        return lengths;
    }

    private Tensor Centre()
    {
        // Measured from the group's first reward, equal rewards differ by exactly nothing.
        var shifted = (Rewards - groups.FirstWithin(Rewards)) * Present;
        var difference = (shifted - SumWithin(shifted) / Counts.clamp_min(1)) * Present;
        var spread = SumWithin(difference.square());
        var size = SumWithin((Rewards * Present).square());
        return difference.masked_fill(spread.le(size * (tolerance * tolerance)), 0);
    }
}
