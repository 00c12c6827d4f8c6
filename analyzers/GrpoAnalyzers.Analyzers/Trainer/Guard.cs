using GrpoAnalyzers.Graph;

namespace GrpoAnalyzers.Trainer;

/// <summary>Whether something in an update loop keeps the policy near the one that sampled: stops, skips, undoes or shrinks updates.</summary>
internal sealed class Guard
{
    private const double Unreachable = 1e6;

    private readonly LossTerm term;
    private readonly TrainerOptions options;
    private readonly HashSet<int> policyNetworks = [];
    private readonly HashSet<int> lossNodes = [];
    private readonly HashSet<int> ratioNodes = [];
    private readonly int oldBase;
    private readonly Dictionary<Node, bool> tested = [];

    private Guard(LossTerm term, Node loss, Node old, TrainerOptions options)
    {
        this.term = term;
        this.options = options;
        oldBase = Storage(old);
        lossNodes.Add(loss.Number);
        lossNodes.Add(term.Policy.Number);
        foreach (var step in term.Path)
        {
            lossNodes.Add(step.At.Number);
        }

        Shape.Contains(term.Ratio ?? term.Policy, node =>
        {
            if (node.Op == Op.Forward && !node.WithoutGradient)
            {
                policyNetworks.Add(node[0].Number);
            }

            return false;
        });
        for (var node = term.Ratio; node is not null; node = node.Op is Op.Exp or Op.Sub or Op.Clamp && node.Inputs.Length > 0 ? node[0] : null)
        {
            ratioNodes.Add(node.Number);
            if (node.Op == Op.Sub && !Canonical.IsPlainNumber(node[1]))
            {
                break;
            }
        }
    }

    /// <summary>Whether the updates of a loop are guarded.</summary>
    public static bool Protects(UpdateLoop update, LossTerm term, IReadOnlyList<LossTerm> terms, Node loss, IReadOnlyList<Event> events, TrainerOptions options)
    {
        if (term.Ratio is not { } ratio || PolicyPatterns.Sides(ratio) is not { } sides)
        {
            return false;
        }

        var guard = new Guard(term, loss, UpdateLoop.Orient(sides.New, sides.Old).Old, options);
        var loop = update.Loop;
        return guard.ControlsOf(update.Step, loop).Any(guard.IsTrust)
            || guard.RoundsOf(loop, update.Step).Any(guard.IsTrust)
            || NamedGuard.Protects(update, options)
            || guard.ReactsByEvent(loop, events)
            || guard.MasksUpdate()
            || guard.AdaptsPenalty(terms, loop);
    }

    /// <summary>The conditions inside a loop that decide whether something in it happens.</summary>
    private IEnumerable<Node> ControlsOf(Event happening, Loop loop)
    {
        var frame = happening.Frame;
        var block = happening.Block;
        loop = loop.TakerAround(happening.Loop) ?? loop;
        while (frame is not null)
        {
            var isLoopFrame = ReferenceEquals(frame, loop.Frame) && loop.Header >= 0;
            foreach (var control in frame.Flow.AllControls(block))
            {
                if (frame.Conditions.TryGetValue(control, out var condition) && (!isLoopFrame || IsInside(frame, control, loop)))
                {
                    yield return condition;
                }
            }

            if (isLoopFrame || ReferenceEquals(frame, loop.Frame))
            {
                yield break;
            }

            block = frame.CallBlock;
            frame = frame.Caller;
        }
    }

    private static bool IsInside(Frame frame, int block, Loop loop)
    {
        for (var natural = frame.Flow.InnermostLoop[block]; natural is not null; natural = natural.Parent)
        {
            if (natural.Header == loop.Header)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The conditions that decide whether a loop, or one between it and the update, goes on.</summary>
    private IEnumerable<Node> RoundsOf(Loop loop, Event step)
    {
        for (var current = step.Loop; current is not null; current = current.Parent)
        {
            foreach (var condition in current.Conditions)
            {
                yield return condition;
            }

            foreach (var natural in current.Frame.Flow.Loops)
            {
                if (natural.Header != current.Header)
                {
                    continue;
                }

                foreach (var latch in natural.Latches)
                {
                    foreach (var control in current.Frame.Flow.AllControls(latch).Append(latch))
                    {
                        if (natural.Blocks.Contains(control) && current.Frame.Conditions.TryGetValue(control, out var condition))
                        {
                            yield return condition;
                        }
                    }
                }
            }

            if (ReferenceEquals(current, loop))
            {
                yield break;
            }
        }
    }

    /// <summary>Throws, restored weights, learning rates and repeated calls that depend on the ratio.</summary>
    private bool ReactsByEvent(Loop loop, IReadOnlyList<Event> events)
    {
        foreach (var happening in events)
        {
            if (happening.Loop?.IsInside(loop) != true
                || happening.Kind is not (EventKind.Throw or EventKind.LoadWeights or EventKind.SetLearningRate or EventKind.RecursiveCall))
            {
                continue;
            }

            if ((happening.Kind == EventKind.SetLearningRate && happening.Subject is { } rate && IsTrust(rate))
                || ControlsOf(happening, loop).Any(IsTrust))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A factor of the surrogate, beside its clip, that the ratio turns off.</summary>
    private bool MasksUpdate()
    {
        foreach (var step in term.Path)
        {
            if (step.Kind == StepKind.Mask && step.Factor is { } condition && Shape.IsTruth(condition) && DependsOnRatio(condition))
            {
                return true;
            }
        }

        foreach (var (factor, divides, _) in term.Weights)
        {
            if (!divides && Shape.IsTruth(factor) && DependsOnRatio(factor))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A penalty whose coefficient is adapted to how far the policy has moved.</summary>
    private bool AdaptsPenalty(IReadOnlyList<LossTerm> terms, Loop loop)
    {
        foreach (var other in terms)
        {
            if (ReferenceEquals(other, term))
            {
                continue;
            }

            foreach (var (factor, _, _) in other.Weights)
            {
                if (factor.IsScalar && !Canonical.IsPlainNumber(factor) && DependsOnRatio(factor))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Whether a value that decides something depends on how far the policy has moved.</summary>
    private bool IsTrust(Node condition)
    {
        var inner = Shape.Settled(condition);
        // A threshold that no ratio reaches decides nothing.
        if (inner.Op == Op.Compare && inner.Inputs.Any(side => Constants.Of(side) is { IsDefault: false, Number: { } number }
            && (double.IsNaN(number) || Math.Abs(number) >= Unreachable)))
        {
            return false;
        }

        if (inner.Op is Op.And or Op.Or or Op.Not)
        {
            return inner.Inputs.Any(IsTrust);
        }

        return DependsOnRatio(inner);
    }

    private bool DependsOnRatio(Node node)
    {
        if (tested.TryGetValue(node, out var known))
        {
            return known;
        }

        tested[node] = false;
        return tested[node] = Depends(node);
    }

    private bool Depends(Node node)
    {
        if (lossNodes.Contains(node.Number) && !ratioNodes.Contains(node.Number))
        {
            return false;
        }

        if (ratioNodes.Contains(node.Number))
        {
            return true;
        }

        switch (node.Op)
        {
            case Op.FiniteTest or Op.Constant or Op.Forward or Op.Optimizer:
                return false;
            case Op.Sub or Op.Div when IsDistance(node[0], node[1]):
                return true;
            case Op.SquaredError when node.Data is "kl_div":
                return true;
        }

        foreach (var gate in node.Gates)
        {
            if (IsTrust(gate))
            {
                return true;
            }
        }

        foreach (var input in node.Inputs)
        {
            if (DependsOnRatio(input))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The difference or quotient of two policies' probabilities of the same tokens.</summary>
    private bool IsDistance(Node left, Node right)
    {
        if (Canonical.IsPlainNumber(left) || Canonical.IsPlainNumber(right))
        {
            return false;
        }

        var first = Storage(left);
        var second = Storage(right);
        if (first == second)
        {
            return false;
        }

        return first == oldBase
            || second == oldBase
            || (Shape.IsLogProb(left) && Shape.IsLogProb(right))
            || (IsOfPolicy(left) && IsStored(right))
            || (IsOfPolicy(right) && IsStored(left));
    }

    /// <summary>Something that the policy's network gives now: a mean, a logit.</summary>
    private bool IsOfPolicy(Node node) => Shape.Base(node) is { Op: Op.Forward } forward && policyNetworks.Contains(forward[0].Number);

    /// <summary>Something kept from before: it was handed in, and no network gives it.</summary>
    private static bool IsStored(Node node) => Shape.Base(node).Op is Op.Input or Op.Contents;

    /// <summary>The number of what a value is a part or view of.</summary>
    private static int Storage(Node node)
    {
        var current = Shape.Base(node);
        for (var depth = 0; depth < 16; depth++)
        {
            switch (current.Op)
            {
                case Op.Mul or Op.Where or Op.Sum or Op.Mean or Op.Exp or Op.Log when current.Inputs.Length > 0:
                    current = Shape.Base(current.Op == Op.Where ? current[1] : current[0]);
                    break;
                case Op.Contents:
                    return current[0].Number;
                default:
                    return current.Number;
            }
        }

        return current.Number;
    }
}
