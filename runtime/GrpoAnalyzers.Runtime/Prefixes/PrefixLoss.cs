namespace GrpoAnalyzers.Runtime;

/// <summary>
/// A group-based objective on a <see cref="PrefixTree"/>: each node is evaluated once, with alpha A of the completions that pass through it summed, and
/// clipped by the sign of the sum. Where no clip is active that is the plain loss. Where one is, the plain loss drops the completions of one sign from a
/// token that all of them share, and pushes it by the rest; here the node moves by its sum or not at all. For equal weights and centred advantages the
/// sum is zero on what a whole group shares, and its policy gradient is exactly that (2601.05002, proposition 1).
/// </summary>
public static class PrefixLoss
{
    /// <summary>The loss of a (micro-)batch; only the log-probabilities at <see cref="PrefixTree.Representatives"/> are read, and get a gradient.</summary>
    /// <param name="objective">A clipped or unclipped surrogate of token ratios; regularised by a KL penalty or not.</param>
    /// <param name="tree">The tree of the batch.</param>
    /// <param name="inputs">The batch, whole: mask, advantages and lengths are those of all completions.</param>
    /// <param name="window">What the optimiser's step sees besides this batch; null: nothing.</param>
    public static LossResult Compute(GroupObjective objective, PrefixTree tree, LossInputs inputs, Window? window = null)
    {
        using var scope = NewDisposeScope();
        window ??= Window.Whole;
        Check(objective, tree, inputs);
        var batch = objective.Prepare(Standing(tree, inputs));
        window.Check(batch.LogProbs, batch.ChecksValues);
        var (alpha, factors) = Weights(objective, batch);
        var push = Push(tree, batch, alpha);

        // A node is a completion of one token, and its push is its advantage: losses are linear in |A|, so that alpha may stand inside.
        var nodes = TokenBatch.From(new LossInputs
        {
            LogProbs = Pick(tree, inputs.LogProbs)!,
            OldLogProbs = Pick(tree, inputs.OldLogProbs),
            ReferenceLogProbs = Pick(tree, inputs.ReferenceLogProbs),
            Mask = ones_like(push, ScalarType.Bool),
            Advantages = push,
            Offsets = [.. Enumerable.Range(0, (int)push.shape[0] + 1).Select(i => (long)i)],
            Validate = inputs.Validate,
        });
        var terms = objective.Surrogate.Evaluate(nodes);
        var policy = (terms.Loss + zeros_like(push)).sum();
        var regulariser = objective.Regulariser.Evaluate(nodes) is { } penalty
            ? (penalty * SumByNode(tree, batch.Layout.Masked(factors + zeros_like(alpha)))).sum()
            : null;
        var denominator = objective.Weighting.Aggregation.Denominator(batch);
        using var grad = no_grad();
        var scale = window.Replicas / (window.Denominator ?? denominator).to(batch.Layout.MathType).clamp_min(1);
        var metrics = new LossMetrics
        {
            PolicyLoss = policy.detach() * scale,
            RegulariserLoss = regulariser is null ? null : regulariser.detach() * scale,
            RatioMin = terms.Ratio?.min(),
            RatioMax = terms.Ratio?.max(),
        };
        using var graph = enable_grad();
        return LossResult.Make(regulariser is null ? policy : policy + regulariser, denominator, window, metrics);
    }

    /// <summary>
    /// bool, shaped as the tokens: the positions whose log-probabilities <see cref="Compute"/> needs, one of each node, without the nodes that nothing
    /// pushes. The mask for <see cref="FusedLogProbs"/>; log-probabilities elsewhere may be anything finite.
    /// </summary>
    /// <param name="objective">The objective.</param>
    /// <param name="tree">The tree of the batch.</param>
    /// <param name="inputs">The batch; <see cref="LossInputs.LogProbs"/> may be any log-probabilities of its tokens, such as the old ones.</param>
    public static Tensor Rows(GroupObjective objective, PrefixTree tree, LossInputs inputs)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        Check(objective, tree, inputs);
        if (objective.Regulariser is not NoRegulariser)
        {
            return tree.Evaluated().MoveToOuterDisposeScope();
        }

        var batch = objective.Prepare(Standing(tree, inputs));
        var push = Push(tree, batch, Weights(objective, batch).Alpha);
        var needed = tree.Representatives.index_select(0, push.ne(0).nonzero().squeeze(1));
        return zeros([tree.NodeOf.numel()], ScalarType.Bool, push.device).index_fill(0, needed, true).reshape(tree.NodeOf.shape).MoveToOuterDisposeScope();
    }

    private static void Check(GroupObjective objective, PrefixTree tree, LossInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(inputs);
        tree.CheckShape(Require.Floating(inputs.LogProbs, nameof(LossInputs.LogProbs)), nameof(LossInputs.LogProbs));
        var ratio = objective.Surrogate switch
        {
            ClippedSurrogate clipped => clipped.Ratio,
            UnclippedSurrogate unclipped => unclipped.Ratio,
            _ => null,
        };
        if (ratio is not (TokenRatio or OneRatio or LogRatio or StopGradientLogRatio))
        {
            throw new ArgumentException(
                $"{objective.Name}: what completions do on a shared token must depend on that token only; wanted a clipped or unclipped surrogate of token ratios.",
                nameof(objective));
        }

        if (objective.Regulariser is not (NoRegulariser or KlPenalty))
        {
            throw new ArgumentException($"{objective.Name}: wanted no regulariser or a KL penalty.", nameof(objective));
        }
    }

    /// <summary>The batch with each node's numbers wherever it occurs, constants: what is rounded differently in two completions is one thing.</summary>
    private static LossInputs Standing(PrefixTree tree, LossInputs inputs)
    {
        var standing = tree.Standing();
        Tensor? Of(Tensor? tokens) => tokens?.detach().reshape(-1).index_select(0, standing).reshape(tokens.shape);
        return inputs with
        {
            LogProbs = Of(inputs.LogProbs)!,
            OldLogProbs = Of(inputs.OldLogProbs),
            ReferenceLogProbs = Of(inputs.ReferenceLogProbs),
        };
    }

    private static (Tensor Alpha, Tensor Factors) Weights(GroupObjective objective, TokenBatch batch)
    {
        var factors = objective.Weighting.Aggregation.Factors(batch);
        var alpha = objective.Weighting.Tokens.Of(batch).detach() * factors;
        if (objective.OffPolicy.Of(batch) is { } correction)
        {
            alpha = alpha * correction.detach();
        }

        return (alpha + zeros_like(batch.LogProbs), factors);
    }

    /// <summary>The sum of alpha A by node, <c>[U]</c>; 0 where it is no larger than what rounding of its terms makes.</summary>
    private static Tensor Push(PrefixTree tree, TokenBatch batch, Tensor alpha)
    {
        var terms = batch.Layout.Masked(alpha * batch.Advantages).to(ScalarType.Float64);
        var sum = SumByNode(tree, terms);
        var size = SumByNode(tree, terms.abs());
        var count = SumByNode(tree, ones_like(terms));
        var unit = batch.Layout.MathType == ScalarType.Float64 ? Math.Pow(2, -52) : Math.Pow(2, -23);
        return sum.masked_fill(sum.abs().le(size * count * unit), 0).to(batch.Layout.MathType);
    }

    private static Tensor SumByNode(PrefixTree tree, Tensor tokens)
    {
        var nodes = tree.NodeOf.reshape(-1);
        var trained = nodes.ge(0);
        var sums = tokens.new_zeros(tree.Representatives.shape[0]);
        return sums.index_add(0, nodes.clamp_min(0), tokens.reshape(-1).masked_fill(trained.logical_not(), 0), 1);
    }

    private static Tensor? Pick(PrefixTree tree, Tensor? tokens) => tokens?.reshape(-1).index_select(0, tree.Representatives);
}
