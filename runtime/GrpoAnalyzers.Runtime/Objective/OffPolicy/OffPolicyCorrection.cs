namespace GrpoAnalyzers.Runtime;

/// <summary>
/// Weights that make up for the difference between the trainer's policy and the inference engine's (rho = pi_old / pi_behaviour), or drop what is too
/// stale. They multiply the policy's token losses, before any regulariser is added, and never the denominator.
/// </summary>
public abstract record OffPolicyCorrection
{
    /// <summary>No correction.</summary>
    public static OffPolicyCorrection None { get; } = new NoCorrection();

    /// <summary>The weights (a shape that broadcasts against token tensors), null for none.</summary>
    /// <param name="batch">The checked batch.</param>
    public abstract Tensor? Of(TokenBatch batch);

    /// <summary>Both corrections.</summary>
    /// <param name="other">The other.</param>
    public OffPolicyCorrection Times(OffPolicyCorrection other) => new ProductCorrection(this, other);

    private protected static Tensor LogMismatch(TokenBatch batch) =>
        (batch.OldLogProbs - batch.BehaviourLogProbs).clamp(-TokenBatch.LogRatioBound, TokenBatch.LogRatioBound);

    private protected static Tensor SequenceMismatch(TokenBatch batch) => batch.Layout.SumBySequence(LogMismatch(batch))
        .clamp(-TokenBatch.LogRatioBound, TokenBatch.LogRatioBound).exp();

    private protected static Tensor Inside(Tensor weight, double? min, double? max)
    {
        CheckBounds(min, max);
        var inside = ones_like(weight, ScalarType.Bool);
        inside = max is { } high ? inside.logical_and(weight.le(high)) : inside;
        return min is { } low ? inside.logical_and(weight.ge(low)) : inside;
    }

    private protected static Tensor Truncate(Tensor weight, double? min, double? max)
    {
        CheckBounds(min, max);
        weight = max is { } high ? weight.clamp_max(high) : weight;
        return min is { } low ? weight.clamp_min(low) : weight;
    }

    private static void CheckBounds(double? min, double? max)
    {
        if (!(min is null or >= 0) || !(max is null or > 0) || min > max)
        {
            throw new ArgumentOutOfRangeException(nameof(min), $"{min}..{max}", "wanted 0 <= Min <= Max.");
        }
    }
}

/// <summary>No correction.</summary>
public sealed record NoCorrection : OffPolicyCorrection
{
    /// <inheritdoc/>
    public override Tensor? Of(TokenBatch batch) => null;
}

/// <summary>One correction times another.</summary>
/// <param name="First">One.</param>
/// <param name="Second">The other.</param>
public sealed record ProductCorrection(OffPolicyCorrection First, OffPolicyCorrection Second) : OffPolicyCorrection
{
    /// <inheritdoc/>
    public override Tensor? Of(TokenBatch batch) => (First.Of(batch), Second.Of(batch)) switch
    {
        (null, var b) => b,
        (var a, null) => a,
        var (a, b) => a * b,
    };
}
