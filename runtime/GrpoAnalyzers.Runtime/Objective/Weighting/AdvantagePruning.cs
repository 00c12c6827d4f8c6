namespace GrpoAnalyzers.Runtime;

/// <summary>
/// Keeps the completions with the largest |A| (CPPO, 2503.22342): of every group the given share, rounded, at least one; ties go to the earlier
/// completion. The authors' code ranks over the local batch, which depends on how a batch was cut; this ranks within groups.
/// </summary>
/// <param name="KeptShare">1 - P; the paper prunes P = 0.5 to 0.9375.</param>
public sealed record AdvantagePruning(double KeptShare) : CompletionPruning
{
    /// <inheritdoc/>
    public override Tensor Keep(TokenBatch batch)
    {
        Require.Between(KeptShare, 0, 1, nameof(KeptShare));
        var magnitude = batch.CompletionAdvantages.abs();
        var groups = batch.Groups;
        var byMagnitude = magnitude.sort(0, true, true).Indices;
        var order = byMagnitude.index_select(0, groups.Of.index_select(0, byMagnitude).sort(0, false, true).Indices);
        var counts = groups.Sum(ones_like(groups.Of));
        var starts = groups.Spread(counts.cumsum(0) - counts);
        var place = zeros_like(order).scatter(0, order, arange(order.shape[0], ScalarType.Int64, order.device)) - starts;
        var kept = (groups.Spread(counts).to(magnitude.dtype) * KeptShare).round().clamp_min(1);
        return place.lt(kept);
    }
}
