namespace GrpoAnalyzers.Runtime;

/// <summary>beta R of the formula: what is added to the policy's token losses.</summary>
public abstract record Regulariser
{
    /// <summary>Nothing.</summary>
    public static Regulariser None { get; } = new NoRegulariser();

    /// <summary>Whether alpha's token weights multiply it too. A KL penalty holds on to every token; GTPO's entropy term is part of its advantage.</summary>
    public virtual bool SharesTokenWeights => false;

    /// <summary>Token losses, null for nothing.</summary>
    /// <param name="batch">The checked batch.</param>
    public abstract Tensor? Evaluate(TokenBatch batch);

    /// <summary>The penalised quantity itself, for the metrics: token values, null where there is none.</summary>
    /// <param name="batch">The checked batch.</param>
    public virtual Tensor? Measure(TokenBatch batch) => null;

    /// <summary>Both penalties; they must agree on <see cref="SharesTokenWeights"/>.</summary>
    /// <param name="other">The other.</param>
    public Regulariser Plus(Regulariser other) => new SumRegulariser(this, other);
}

/// <summary>Nothing.</summary>
public sealed record NoRegulariser : Regulariser
{
    /// <inheritdoc/>
    public override Tensor? Evaluate(TokenBatch batch) => null;
}

/// <summary>One regulariser plus another.</summary>
public sealed record SumRegulariser : Regulariser
{
    internal SumRegulariser(Regulariser first, Regulariser second)
    {
        if (first.SharesTokenWeights != second.SharesTokenWeights)
        {
            throw new ArgumentException("one of the two is multiplied by the token weights and the other is not.", nameof(second));
        }

        (First, Second) = (first, second);
    }

    internal Regulariser First { get; }

    internal Regulariser Second { get; }

    /// <inheritdoc/>
    public override bool SharesTokenWeights => First.SharesTokenWeights;

    /// <inheritdoc/>
    public override Tensor? Evaluate(TokenBatch batch) => (First.Evaluate(batch), Second.Evaluate(batch)) switch
    {
        (null, var b) => b,
        (var a, null) => a,
        var (a, b) => a + b,
    };

    /// <inheritdoc/>
    public override Tensor? Measure(TokenBatch batch) => First.Measure(batch) ?? Second.Measure(batch);
}
