namespace GrpoAnalyzers.Runtime;

/// <summary>Completions that are dropped before anything is computed: they count in no denominator.</summary>
public abstract record CompletionPruning
{
    /// <summary>True for the completions that stay, <c>[B]</c>.</summary>
    /// <param name="batch">The checked batch.</param>
    public abstract Tensor Keep(TokenBatch batch);
}
