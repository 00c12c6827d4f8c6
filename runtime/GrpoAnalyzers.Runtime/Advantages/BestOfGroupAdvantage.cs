namespace GrpoAnalyzers.Runtime;

/// <summary>Only the best completion counts, by its lead over the second: (r1 - r2) / (std + Epsilon) (pass@k training, as verl has it). A tie for the best gives 0.</summary>
public sealed record BestOfGroupAdvantage : AdvantageEstimator
{
    /// <summary>Added to the deviation; verl 1e-6.</summary>
    public double Epsilon { get; init; } = 1e-6;

    /// <inheritdoc/>
    protected internal override Tensor Of(RewardGroups rewards)
    {
        // Sorted by reward and then, stably, by group: a completion leads its group when its predecessor is of another group.
        var groups = rewards.Groups.Of;
        var absent = rewards.Rewards.masked_fill(rewards.Present.eq(0), double.NegativeInfinity);
        var descending = absent.sort(0, true, true).Indices;
        var order = descending.index_select(0, groups.index_select(0, descending).sort(0, false, true).Indices);
        var sortedGroups = groups.index_select(0, order);
        var sorted = rewards.Centred.index_select(0, order);
        var count = order.shape[0];
        var next = cat([sorted.slice(0, 1, count, 1), sorted.new_zeros(1)], 0);
        var edge = ones([1], ScalarType.Bool, groups.device);
        var changes = sortedGroups.slice(0, 1, count, 1).ne(sortedGroups.slice(0, 0, count - 1, 1));
        var leads = cat([edge, changes], 0).logical_and(cat([changes, edge], 0).logical_not());
        var lead = (sorted - next).masked_fill(leads.logical_not(), 0);
        var advantages = zeros_like(sorted).scatter(0, order, lead).masked_fill(rewards.Counts.lt(2), 0);
        return GroupStandardisedAdvantage.Standardise(advantages, rewards.Deviation(1), Epsilon);
    }
}
