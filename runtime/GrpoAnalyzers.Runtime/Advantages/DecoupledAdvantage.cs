namespace GrpoAnalyzers.Runtime;

/// <summary>
/// GDPO (2601.05242): each reward is standardised within its group on its own, then they are weighted and summed, then the sum is standardised over
/// the batch. As TRL has it: n - 1, 1e-4, a NaN is no reward, one without any has advantage 0; the last step also applies to a single reward.
/// </summary>
public sealed record DecoupledAdvantage
{
    /// <summary>Added to every deviation; TRL 1e-4, verl 1e-6.</summary>
    public double Epsilon { get; init; } = 1e-4;

    /// <summary>Whether the sum is standardised over the batch.</summary>
    public bool BatchNormalise { get; init; } = true;

    /// <summary>What a NaN means.</summary>
    public MissingRewards MissingRewards { get; init; } = MissingRewards.Exclude;

    /// <summary>Whether values are checked. Null: on the CPU yes, on other devices no.</summary>
    public bool? Validate { get; init; }

    /// <summary>One advantage a completion, <c>[B]</c>.</summary>
    /// <param name="rewards">One column a reward, <c>[B, K]</c>.</param>
    /// <param name="groups">Which completions share a prompt.</param>
    /// <param name="weights">One weight a reward; null: 1 each.</param>
    public Tensor Estimate(Tensor rewards, Groups groups, IReadOnlyList<double>? weights = null)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        Require.Floating(rewards, nameof(rewards));
        if (rewards.dim() != 2 || rewards.numel() == 0)
        {
            throw new ArgumentException($"wanted shape [B, K] with at least one of each, found {Require.Show(rewards.shape)}.", nameof(rewards));
        }

        if (weights is not null && (weights.Count != rewards.shape[1] || !weights.All(double.IsFinite)))
        {
            throw new ArgumentException($"wanted {rewards.shape[1]} finite weights, one a reward, found {weights.Count}.", nameof(weights));
        }

        var each = new GroupStandardisedAdvantage { Epsilon = Epsilon, MissingRewards = MissingRewards, Validate = Validate };
        Tensor? sum = null;
        Tensor? present = null;
        for (long k = 0; k < rewards.shape[1]; k++)
        {
            var column = RewardGroups.From(rewards.select(1, k), groups, null, each);
            var term = each.Of(column) * (weights?[(int)k] ?? 1);
            sum = sum is null ? term : sum + term;
            present = present is null ? column.Present : present.maximum(column.Present);
        }

        return (BatchNormalise ? Whiten(sum!, present!) : sum!).MoveToOuterDisposeScope();
    }

    private Tensor Whiten(Tensor values, Tensor present)
    {
        var count = present.sum();
        var centred = (values - (values * present).sum() / count.clamp_min(1)) * present;
        var deviation = (centred.square().sum() / (count - 1).clamp_min(1)).sqrt();
        return GroupStandardisedAdvantage.Standardise(centred, deviation, Epsilon);
    }
}
