namespace GrpoAnalyzers.Runtime;

/// <summary>alpha of the formula: how token losses become a scalar, times what singles tokens out, over the completions that take part.</summary>
/// <param name="Aggregation">How token losses become a scalar.</param>
public sealed record Weighting(Aggregation Aggregation)
{
    /// <summary>Weights of tokens (M, lambda, an indicator). They never change the denominator.</summary>
    public TokenWeight Tokens { get; init; } = TokenWeight.Uniform;

    /// <summary>Completions that are dropped altogether: from numerator and denominator. Null: none.</summary>
    public CompletionPruning? Pruning { get; init; }

    /// <summary>A weighting that only aggregates.</summary>
    /// <param name="aggregation">How token losses become a scalar.</param>
    public static implicit operator Weighting(Aggregation aggregation) => new(aggregation);
}
