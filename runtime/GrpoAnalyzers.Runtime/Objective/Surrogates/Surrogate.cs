namespace GrpoAnalyzers.Runtime;

/// <summary>What one token adds to the loss before it is weighted: the middle of the formula.</summary>
public abstract record Surrogate
{
    /// <summary>The loss of every token (minus the objective), its ratio and the region the clip allows.</summary>
    /// <param name="batch">The checked batch.</param>
    public abstract SurrogateTerms Evaluate(TokenBatch batch);
}

/// <summary>What a surrogate says of a batch.</summary>
/// <param name="Loss">Token losses (a shape that broadcasts against token tensors).</param>
/// <param name="Ratio">The ratio that the clip looks at, for the metrics; null where there is none.</param>
/// <param name="Clip">The region, for the metrics; null where nothing is clipped.</param>
public sealed record SurrogateTerms(Tensor Loss, Tensor? Ratio, Clip? Clip);
