namespace GrpoAnalyzers.Runtime;

/// <summary>
/// What one optimiser step sees when the batch is only a part of it. Sum the denominators of all its micro-batches over all ranks, pass the sum to
/// each of them, and add up the gradients: the result is the gradient of the whole batch. Never divide by the number of micro-batches as well.
/// </summary>
public sealed record Window
{
    /// <summary>The batch is the whole window.</summary>
    public static Window Whole { get; } = new();

    /// <summary>The sum of <c>Denominator(inputs)</c> over micro-batches and ranks, one element. Null: the batch's own.</summary>
    public Tensor? Denominator { get; init; }

    /// <summary>The number of ranks whose gradients are averaged (not summed) after the backward pass.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>A window with this denominator.</summary>
    /// <param name="denominator">The sum over micro-batches and ranks.</param>
    public static implicit operator Window(Tensor denominator) => new() { Denominator = denominator };

    internal void Check(Tensor like, bool values)
    {
        if (Replicas < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(Replicas), Replicas, "wanted at least one rank.");
        }

        if (Denominator is null)
        {
            return;
        }

        Require.Usable(Denominator, nameof(Denominator));
        if (Denominator.numel() != 1 || !(Require.IsFloating(Denominator.dtype) || Denominator.dtype is ScalarType.Int64 or ScalarType.Int32))
        {
            throw new ArgumentException($"wanted a single number, found {Require.Describe(Denominator)}.", nameof(Denominator));
        }

        if (Denominator.dim() != 0)
        {
            throw new ArgumentException($"wanted shape [], found {Require.Show(Denominator.shape)}.", nameof(Denominator));
        }

        Require.SameDevice(Denominator, nameof(Denominator), like);
        if (values && !(Denominator.to(ScalarType.Float64).ToDouble() is > 0.0 and < double.PositiveInfinity))
        {
            throw new ArgumentException("wanted a positive finite number.", nameof(Denominator));
        }
    }
}
