namespace GrpoAnalyzers.Runtime;

/// <summary>What singles tokens out: a constant that multiplies their policy loss and never the denominator.</summary>
public abstract record TokenWeight
{
    /// <summary>1 everywhere.</summary>
    public static TokenWeight Uniform { get; } = new UniformWeight();

    /// <summary>The weights (a shape that broadcasts against token tensors).</summary>
    /// <param name="batch">The checked batch.</param>
    public abstract Tensor Of(TokenBatch batch);

    /// <summary>Both weights.</summary>
    /// <param name="other">The other weight.</param>
    public TokenWeight Times(TokenWeight other) => new ProductWeight(this, other);
}

/// <summary>1 everywhere.</summary>
public sealed record UniformWeight : TokenWeight
{
    /// <inheritdoc/>
    public override Tensor Of(TokenBatch batch) => ones([], batch.Layout.MathType, batch.LogProbs.device);
}

/// <summary>One weight times another.</summary>
/// <param name="First">One.</param>
/// <param name="Second">The other.</param>
public sealed record ProductWeight(TokenWeight First, TokenWeight Second) : TokenWeight
{
    /// <inheritdoc/>
    public override Tensor Of(TokenBatch batch) => First.Of(batch) * Second.Of(batch);
}
