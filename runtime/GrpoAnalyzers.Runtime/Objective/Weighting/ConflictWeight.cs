namespace GrpoAnalyzers.Runtime;

/// <summary>
/// lambda of GTPO (2508.03772): tokens that begin or end both rewarded and punished completions of a group get 2 in the rewarded ones and 0 in
/// the punished ones. A token is in conflict when the same id stands at its place (counted from the start for the opening run, from the end for
/// the closing run) in a completion with A &gt; 0 and in one with A &lt; 0. Needs token ids and groups.
/// </summary>
public sealed record ConflictWeight : TokenWeight
{
    /// <summary>Weight of a conflicting token in a rewarded completion.</summary>
    public double Reward { get; init; } = 2;

    /// <summary>Divides each completion by its number of conflicting tokens, as the authors' code does and their formula does not.</summary>
    public bool DivideByConflicts { get; init; }

    /// <inheritdoc/>
    public override Tensor Of(TokenBatch batch)
    {
        var layout = batch.Layout;
        var advantages = batch.CompletionAdvantages;
        var lengths = layout.Lengths.to(ScalarType.Int64).unsqueeze(1);
        var places = arange(layout.MaxLength, ScalarType.Int64, advantages.device).unsqueeze(0);
        var inside = places.lt(lengths);
        var ids = layout.Compact(batch.TokenIds, -1L);
        var mirror = (lengths - 1 - places).clamp_min(0);

        var opening = Run(ids, inside, advantages, batch.Groups);
        var closing = Run(ids.gather(1, mirror), inside, advantages, batch.Groups).gather(1, mirror).logical_and(inside);
        var factor = where(advantages.gt(0), full_like(advantages, Reward), zeros_like(advantages)).unsqueeze(1);
        var one = ones_like(factor);
        var weight = where(opening, factor, one) * where(closing, factor, one);
        if (DivideByConflicts)
        {
            weight = weight / opening.logical_or(closing).to(weight.dtype).sum(1, keepdim: true).clamp_min(1);
        }

        return layout.Expand(weight);
    }

    /// <summary>The run from the first place on in which every token is in conflict.</summary>
    private static Tensor Run(Tensor ids, Tensor inside, Tensor advantages, GroupIndex groups)
    {
        var rewarded = zeros_like(inside);
        var punished = zeros_like(inside);
        for (long other = 0; other < ids.shape[0]; other++)
        {
            var same = ids.eq(ids.slice(0, other, other + 1, 1)).logical_and(inside.slice(0, other, other + 1, 1))
                .logical_and(groups.Of.eq(groups.Of.slice(0, other, other + 1, 1)).unsqueeze(1));
            var advantage = advantages.slice(0, other, other + 1, 1);
            rewarded = rewarded.logical_or(same.logical_and(advantage.gt(0)));
            punished = punished.logical_or(same.logical_and(advantage.lt(0)));
        }

        var conflict = rewarded.logical_and(punished).logical_and(inside).logical_and(advantages.ne(0).unsqueeze(1));
        return conflict.to(ScalarType.Int64).cumprod(1).ne(0);
    }
}
