namespace GrpoAnalyzers.Runtime;

/// <summary>The checks of what goes into a fused computation.</summary>
internal static class FusedDoor
{
    internal static void Check(Tensor hidden, LmHead head, Tensor targets, Tensor mask, bool? validate)
    {
        ArgumentNullException.ThrowIfNull(head);
        Require.Floating(hidden, nameof(hidden));
        Require.Integral(targets, nameof(targets));
        if (targets.dim() is not (1 or 2) || targets.numel() == 0)
        {
            throw new ArgumentException($"wanted shape [B, T] or [N] with at least one token, found {Require.Show(targets.shape)}.", nameof(targets));
        }

        if (hidden.dim() != targets.dim() + 1 || !hidden.shape.AsSpan(0, hidden.shape.Length - 1).SequenceEqual(targets.shape) || hidden.shape[^1] == 0)
        {
            throw new ArgumentException(
                $"wanted shape {(targets.dim() == 2 ? "[B, T, H]" : "[N, H]")}, one state a target of {Require.Show(targets.shape)}, found {Require.Show(hidden.shape)}.", nameof(hidden));
        }

        Require.Boolean(mask, nameof(mask));
        Require.Shape(mask, nameof(mask), targets.shape);
        Require.SameDevice(targets, nameof(targets), hidden);
        Require.SameDevice(mask, nameof(mask), hidden);
        var values = Require.Values(validate, hidden);
        head.Check(hidden, values);
        if (!values)
        {
            return;
        }

        using var scope = NewDisposeScope();
        var outside = targets.lt(0).logical_or(targets.ge(head.Vocabulary)).logical_and(mask);
        if (outside.any().ToBoolean())
        {
            throw new ArgumentException($"holds an id outside the vocabulary of {head.Vocabulary} under the mask.", nameof(targets));
        }

        Require.Finite(hidden.detach().masked_fill(mask.logical_not().unsqueeze(-1), 0), nameof(hidden), " under the mask");
    }
}
