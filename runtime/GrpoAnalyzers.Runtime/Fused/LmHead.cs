namespace GrpoAnalyzers.Runtime;

/// <summary>
/// The last layer of a language model: logits = cap tanh((h W^T + b) / cap) / temperature, without the cap where none is given. What requires a
/// gradient gets one; a head of which nothing does is frozen.
/// </summary>
/// <param name="Weight"><c>[V, H]</c>, floating point.</param>
public sealed record LmHead(Tensor Weight)
{
    /// <summary><c>[V]</c>; null: none.</summary>
    public Tensor? Bias { get; init; }

    /// <summary>What logits are divided by; the one that the completions were sampled with.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Bounds the logits softly (Gemma 2: 30); null: no bound.</summary>
    public double? SoftCap { get; init; }

    internal long Vocabulary => Weight.shape[0];

    internal long Width => Weight.shape[1];

    /// <summary>What h W^T + b is multiplied with before the cap (or as a whole).</summary>
    internal double InnerScale => SoftCap is { } cap ? 1 / cap : 1 / Temperature;

    internal bool IsFrozen => !Weight.requires_grad && Bias is not { requires_grad: true };

    internal void Check(Tensor hidden, bool values)
    {
        Require.Floating(Weight, nameof(Weight));
        if (Weight.dim() != 2 || Weight.numel() == 0)
        {
            throw new ArgumentException($"wanted shape [V, H] with at least one of each, found {Require.Show(Weight.shape)}.", nameof(Weight));
        }

        if (Weight.shape[1] != hidden.shape[^1])
        {
            throw new ArgumentException(
                $"wanted shape [V, {hidden.shape[^1]}], as wide as the hidden states {Require.Show(hidden.shape)}, found {Require.Show(Weight.shape)}.", nameof(Weight));
        }

        SameKind(Weight, nameof(Weight), hidden);
        if (Bias is not null)
        {
            Require.Floating(Bias, nameof(Bias));
            Require.Shape(Bias, nameof(Bias), Vocabulary);
            SameKind(Bias, nameof(Bias), hidden);
        }

        Require.Positive(Temperature, nameof(Temperature));
        if (SoftCap is { } cap)
        {
            Require.Positive(cap, nameof(SoftCap));
        }

        if (values)
        {
            Require.Finite(Weight, nameof(Weight));
            if (Bias is not null)
            {
                Require.Finite(Bias, nameof(Bias));
            }
        }
    }

    private static void SameKind(Tensor tensor, string name, Tensor hidden)
    {
        Require.SameDevice(tensor, name, hidden);
        if (tensor.dtype != hidden.dtype)
        {
            throw new ArgumentException($"wanted {hidden.dtype}, the dtype of the hidden states, found {Require.Describe(tensor)}.", name);
        }
    }
}
