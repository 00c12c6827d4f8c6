namespace GrpoAnalyzers.Runtime;

/// <summary>One call of a fused loss: everything that is known before the head is evaluated, and the ways to go on.</summary>
internal sealed class FusedCall
{
    private readonly GroupObjective objective;
    private readonly Tensor hidden;
    private readonly LmHead head;
    private readonly FusedInputs inputs;
    private readonly Window window;
    private readonly FusedOptions options;
    private readonly ObjectiveByChunks byChunks;
    private readonly HeadRows rows;

    private FusedCall(
        GroupObjective objective, Tensor hidden, LmHead head, FusedInputs inputs, Window window, FusedOptions options, ObjectiveByChunks byChunks)
    {
        (this.objective, this.hidden, this.head, this.inputs, this.window, this.options, this.byChunks) =
            (objective, hidden, head, inputs, window, options, byChunks);
        rows = HeadRows.Where(hidden, inputs.Targets, options.Metrics ? byChunks.Trained : byChunks.Evaluated);
    }

    /// <summary>Whether the gradient of a token is known as soon as its log-probability is, and the head has one.</summary>
    internal bool IsOnePass => !head.IsFrozen && byChunks.Scope != PolicyScope.Batch;

    internal static FusedCall Prepare(GroupObjective objective, Tensor hidden, LmHead head, FusedInputs inputs, Window? window, FusedOptions? options)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(inputs);
        FusedDoor.Check(hidden, head, inputs.Targets, inputs.Mask, inputs.Validate);
        if (PolicyScopes.NeedsGradientOfEntropy(objective.Regulariser))
        {
            throw new ArgumentException("an entropy bonus needs the gradient of the entropies, which a fused loss does not compute.", nameof(objective));
        }

        window ??= Window.Whole;
        options ??= FusedOptions.Default;
        options = PolicyScopes.ReadsEntropy(objective) ? options with { Entropy = true } : options;
        return new FusedCall(objective, hidden, head, inputs, window, options, ObjectiveByChunks.Prepare(objective, inputs, Require.MathType(hidden.dtype), window));
    }

    /// <summary>Log-probabilities with a graph, then the objective as anybody would compute it.</summary>
    internal LossResult ThroughLogProbs()
    {
        var tokens = FusedLogProbs.Of(hidden, head, rows, inputs.Targets.shape, options);
        var result = objective.Compute(inputs.With(Placed(tokens.LogProbs), tokens.Entropy), window, options.Metrics);
        return result with { Retained = tokens.Retained };
    }

    /// <summary>Log-probabilities, gradients and loss in one pass, as a node of the graph.</summary>
    internal LossResult OnePass()
    {
        var sums = HeadSums.For(head, hidden.requires_grad, rows.Count, byChunks.MathType);
        var result = Pass(sums, scale: null);
        var saved = new SavedGradients(result.Numerator, sums, rows, hidden.shape, head);
        var numerator = head.Bias is { } bias
            ? KnownGradientsNode.apply(hidden, head.Weight, bias, saved)
            : KnownGradientsNode.apply(hidden, head.Weight, saved);
        return LossResult.Make(numerator, result.Denominator, window, result.Metrics) with { Retained = saved };
    }

    /// <summary>Gradients into those of the parameters.</summary>
    internal LossResult Sink()
    {
        RequireLeaf(head.Weight, nameof(LmHead.Weight));
        if (head.Bias is { } bias)
        {
            RequireLeaf(bias, nameof(LmHead.Bias));
        }

        if (head.IsFrozen)
        {
            var plain = ThroughLogProbs();
            if (plain.Loss.requires_grad)
            {
                plain.Loss.backward();
            }

            return plain.WithoutGraph();
        }

        using var sink = new ParameterSink(head, byChunks.MathType);
        LossResult result;
        HeadRows moved;
        HeadSums sums;
        if (IsOnePass)
        {
            moved = rows;
            sums = sink.Sums(hidden.requires_grad, moved.Count);
            result = Pass(sums, byChunks.Scale);
        }
        else
        {
            Tensor given;
            (result, given) = GradientOfLogProbs();
            var moving = given.ne(0);
            moved = rows.Subset(moving);
            var perRow = given.masked_select(moving);
            sums = sink.Sums(hidden.requires_grad, moved.Count);
            using var pass = new ChunkedHead(head, moved, options, gradients: true);
            pass.Pass(null, null, (start, chunk) => perRow.narrow(0, start, chunk.shape[0]), sums);
        }

        sink.Deliver();
        if (sums.Hidden is { } gradient)
        {
            hidden.backward([moved.Spread(gradient, hidden.shape, hidden.dtype)]);
        }

        return result.WithoutGraph();
    }

    private static void RequireLeaf(Tensor parameter, string name)
    {
        if (parameter.requires_grad && !parameter.is_leaf)
        {
            throw new ArgumentException("wanted a leaf of the graph: gradients are added to its own. Use Compute for a tensor that was computed.", name);
        }
    }

    /// <summary>The loss without graph and its gradient by the log-probabilities of the rows.</summary>
    private (LossResult Result, Tensor Gradient) GradientOfLogProbs()
    {
        FusedLogProbs tokens;
        using (no_grad())
        {
            tokens = FusedLogProbs.Of(hidden, head, rows, inputs.Targets.shape, options);
        }

        using var enabled = enable_grad();
        var leaf = Placed(tokens.LogProbs).detach().requires_grad_();
        var result = objective.Compute(inputs.With(leaf, tokens.Entropy), window, options.Metrics);
        return (result, rows.Pick(autograd.grad([result.Loss], [leaf])[0]));
    }

    /// <summary>One pass over the rows; the result has no graph.</summary>
    private LossResult Pass(HeadSums sums, Tensor? scale)
    {
        using var pass = new ChunkedHead(head, rows, options, gradients: true);
        var logProbs = empty([rows.Count], pass.MathType, hidden.device);
        var free = options is { Metrics: true, Entropy: false } && head is { Bias: null, SoftCap: null } && sums.Hidden is not null;
        var entropies = free || options.Entropy ? empty_like(logProbs) : null;
        var chunks = byChunks.Of(rows);
        pass.Pass(
            logProbs,
            free ? null : entropies,
            (start, chunk) => scale is null ? chunks.Gradient(start, chunk) : chunks.Gradient(start, chunk) * scale,
            sums,
            free ? entropies : null);
        pass.Dispose();
        using var grad = no_grad();
        var entropy = entropies is null ? null : rows.Place(entropies, zeros_like(byChunks.Placeholder));
        return objective.Compute(inputs.With(rows.Place(logProbs, byChunks.Placeholder), entropy), window, options.Metrics);
    }

    /// <summary>Tokens that were not evaluated add nothing, whatever stands there; what stands there must be a log-probability.</summary>
    private Tensor Placed(Tensor logProbs) => options.Metrics ? logProbs : where(byChunks.Evaluated, logProbs, byChunks.Placeholder);
}
