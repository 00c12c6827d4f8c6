namespace GrpoAnalyzers.Runtime;

/// <summary>
/// Log-probabilities of given tokens from hidden states, without the logits of all of them at once: for any loss of the user's. With a frozen head
/// one pass (4 N H V) and a backward that costs nothing; with a trained one the logits are computed again in the backward (8 N H V together), where
/// <see cref="FusedLoss"/> needs 6 N H V for the objectives of this library. Dispose it after the backward pass.
/// </summary>
public sealed class FusedLogProbs : IDisposable
{
    private FusedLogProbs(Tensor logProbs, Tensor? entropy, IRetained? retained) => (LogProbs, Entropy, Retained) = (logProbs, entropy, retained);

    /// <summary>Log-probabilities shaped as the targets, in float32 or better, with their graph; 0 outside the mask.</summary>
    public Tensor LogProbs { get; }

    /// <summary>Entropies of the next-token distributions, without graph, 0 outside the mask; null unless asked for.</summary>
    public Tensor? Entropy { get; }

    /// <summary>What the graph keeps until its backward.</summary>
    internal IRetained? Retained { get; }

    /// <summary>Evaluates the head at the tokens under the mask.</summary>
    /// <param name="hidden">The states that predict the targets, <c>[B, T, H]</c> or <c>[N, H]</c>.</param>
    /// <param name="head">The head.</param>
    /// <param name="targets">Ids of the tokens, integer, <c>[B, T]</c> or <c>[N]</c>.</param>
    /// <param name="mask">bool, shaped as the targets; rows outside it are not multiplied.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <param name="validate">Whether values are checked, as for <see cref="LossInputs.Validate"/>.</param>
    public static FusedLogProbs Compute(
        Tensor hidden, LmHead head, Tensor targets, Tensor mask, FusedOptions? options = null, bool? validate = null)
    {
        using var scope = NewDisposeScope();
        options ??= FusedOptions.Default;
        FusedDoor.Check(hidden, head, targets, mask, validate);
        return Of(hidden, head, HeadRows.Where(hidden, targets, mask), targets.shape, options).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        LogProbs.Dispose();
        Entropy?.Dispose();
        Retained?.Dispose();
    }

    /// <summary>The same with the rows chosen and the checks made; it lies in the current dispose scope, without the buffer it took.</summary>
    internal static FusedLogProbs Of(Tensor hidden, LmHead head, HeadRows rows, long[] shape, FusedOptions options)
    {
        using var scope = NewDisposeScope();
        return Make(hidden, head, rows, shape, options).MoveToOuterDisposeScope();
    }

    private static FusedLogProbs Make(Tensor hidden, LmHead head, HeadRows rows, long[] shape, FusedOptions options)
    {
        var graph = is_grad_enabled();
        var frozen = head.IsFrozen || !graph;
        var keepSlope = graph && frozen && hidden.requires_grad;
        using var pass = new ChunkedHead(head, rows, options, gradients: keepSlope);
        var logProbs = empty([rows.Count], pass.MathType, hidden.device);
        var entropies = options.Entropy ? empty_like(logProbs) : null;
        var none = zeros(shape, pass.MathType, hidden.device);
        if (keepSlope)
        {
            // d log p / d h is all that the backward needs.
            var slope = HeadSums.For(head, hidden: true, rows.Count, pass.MathType);
            pass.Pass(logProbs, entropies, (_, chunk) => ones_like(chunk), slope);
            var saved = new SavedSlope(rows with { Hidden = slope.Hidden! }, hidden.shape, hidden.dtype, rows.Place(logProbs, none));
            return new FusedLogProbs(FrozenHeadNode.apply(hidden, saved), Place(entropies), saved);
        }

        pass.Pass(logProbs, entropies, null, null);
        var placed = rows.Place(logProbs, none);
        if (!graph || (frozen && !hidden.requires_grad))
        {
            return new FusedLogProbs(placed, Place(entropies), null);
        }

        var again = new SavedRows(head, rows, options, hidden.requires_grad, hidden.shape, hidden.dtype, placed);
        var node = head.Bias is { } bias ? RecomputedHeadNode.apply(hidden, head.Weight, bias, again) : RecomputedHeadNode.apply(hidden, head.Weight, again);
        return new FusedLogProbs(node, Place(entropies), again);

        Tensor? Place(Tensor? perRow) => perRow is null ? null : rows.Place(perRow, none);
    }

    internal FusedLogProbs MoveToOuterDisposeScope()
    {
        LogProbs.MoveToOuterDisposeScope();
        Entropy?.MoveToOuterDisposeScope();
        Retained?.MoveToOuterDisposeScope();
        return this;
    }
}
