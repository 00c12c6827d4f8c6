using GrpoAnalyzers.Graph.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace GrpoAnalyzers.Graph.Reading;

/// <summary>Blocks, branches and joins.</summary>
internal sealed partial class Reader
{
    private enum EdgeKind
    {
        Taken,
        Disabled,
        Dead,
    }

    /// <summary>Reads a body; the state becomes what holds at its end.</summary>
    private Node? Run(Frame frame, State state)
    {
        var flow = frame.Flow;
        var blocks = flow.Graph.Blocks;
        var ends = new State?[blocks.Length];
        var edges = new Dictionary<(int From, int To), EdgeKind>();
        var returns = new List<(int Block, Node Value, bool IsDisabled)>();
        var loopPhis = new Dictionary<int, List<(Place Place, Node Phi)>>();
        var outerGradient = frame.WithoutGradient;
        State? exit = null;

        foreach (var ordinal in flow.Order)
        {
            cancellation.ThrowIfCancellationRequested();
            blockCount++;
            if (IsExhausted)
            {
                break;
            }

            frame.Block = ordinal;
            if (EntryOf(frame, ordinal, state, ends, edges) is not { } current)
            {
                continue;
            }

            if (HeaderOf(flow, ordinal) is { } natural)
            {
                loopPhis[ordinal] = EnterLoop(frame, natural, current);
            }

            frame.WithoutGradient = outerGradient || GradientIsOff(frame, ordinal, current);
            ReadBlock(frame, blocks[ordinal], current, edges, returns);
            ends[ordinal] = current;
            if (ordinal == blocks.Length - 1)
            {
                exit = current;
            }

            CloseLoops(frame, ordinal, ends, edges, loopPhis);
        }

        frame.WithoutGradient = outerGradient;
        if (exit is not null)
        {
            state.Become(exit);
        }

        return ResultOf(frame, returns);
    }

    private static NaturalLoop? HeaderOf(FlowFacts flow, int block)
    {
        var loop = flow.InnermostLoop[block];
        while (loop is not null && loop.Header != block)
        {
            loop = loop.Parent;
        }

        return loop;
    }

    private void ReadBlock(
        Frame frame,
        BasicBlock block,
        State state,
        Dictionary<(int From, int To), EdgeKind> edges,
        List<(int Block, Node Value, bool IsDisabled)> returns)
    {
        foreach (var operation in block.Operations)
        {
            Read(operation, state, frame);
        }

        if (block.BranchValue is not { } branchValue)
        {
            return;
        }

        var value = Read(branchValue, state, frame);
        if (block.ConditionKind != ControlFlowConditionKind.None)
        {
            Branch(frame, block, value, edges);
        }
        else if (block.FallThroughSuccessor?.Semantics == ControlFlowBranchSemantics.Return)
        {
            returns.Add((block.Ordinal, value, state.IsDisabled));
        }
        else if (block.FallThroughSuccessor?.Semantics is ControlFlowBranchSemantics.Throw)
        {
            Record(EventKind.Throw, value, frame, state, SiteOf(branchValue, frame));
        }
    }

    private void Branch(Frame frame, BasicBlock block, Node condition, Dictionary<(int From, int To), EdgeKind> edges)
    {
        frame.Conditions[block.Ordinal] = condition;
        for (var natural = frame.Flow.InnermostLoop[block.Ordinal]; natural is not null; natural = natural.Parent)
        {
            // Only a branch with a way out of the loop decides its rounds.
            if (frame.Flow.SuccessorsOf(block.Ordinal).Any(next => !natural.Blocks.Contains(next)) && frame.Loops.TryGetValue(natural.Header, out var loop))
            {
                loop.Conditions.Add(condition);
            }
        }

        if (Constants.Of(condition) is not { Truth: { } truth } known)
        {
            return;
        }

        var conditionalTaken = truth == (block.ConditionKind == ControlFlowConditionKind.WhenTrue);
        var untaken = conditionalTaken ? block.FallThroughSuccessor : block.ConditionalSuccessor;
        var taken = conditionalTaken ? block.ConditionalSuccessor : block.FallThroughSuccessor;
        if (untaken?.Destination is { } destination && destination != taken?.Destination)
        {
            edges[(block.Ordinal, destination.Ordinal)] = known.IsDefault ? EdgeKind.Disabled : EdgeKind.Dead;
        }
    }

    /// <summary>The state in which a block begins; null where no path leads to it.</summary>
    private State? EntryOf(
        Frame frame, int ordinal, State initial, State?[] ends, Dictionary<(int From, int To), EdgeKind> edges)
    {
        if (ordinal == 0)
        {
            return initial.Clone();
        }

        var enabled = new List<(int Block, State State)>();
        var disabled = new List<(int Block, State State)>();
        foreach (var predecessor in frame.Flow.PredecessorsOf(ordinal))
        {
            if (frame.Flow.IsBackEdge(predecessor, ordinal) || ends[predecessor] is not { } end)
            {
                continue;
            }

            var edge = edges.TryGetValue((predecessor, ordinal), out var kind) ? kind : EdgeKind.Taken;
            if (edge != EdgeKind.Dead)
            {
                (edge == EdgeKind.Disabled || end.IsDisabled ? disabled : enabled).Add((predecessor, end));
            }
        }

        var arriving = enabled.Count > 0 ? enabled : disabled;
        if (arriving.Count == 0)
        {
            return null;
        }

        State state;
        if (arriving.Count == 1)
        {
            // The only way on needs no copy.
            state = frame.Flow.SuccessorsOf(arriving[0].Block).Count == 1 ? arriving[0].State : arriving[0].State.Clone();
        }
        else
        {
            state = Join(frame, ordinal, arriving);
        }

        state.IsDisabled = enabled.Count == 0;
        return state;
    }

    private State Join(Frame frame, int ordinal, List<(int Block, State State)> arriving)
    {
        var result = arriving[0].State.Clone();
        var places = new HashSet<Place>();
        foreach (var (_, state) in arriving)
        {
            foreach (var entry in state.Values)
            {
                places.Add(entry.Key);
            }
        }

        Node[]? gates = null;
        var values = new List<Node>();
        foreach (var place in places)
        {
            values.Clear();
            foreach (var (_, state) in arriving)
            {
                var value = state[place] ?? (place.IsLocal || IsUnmade(place, state) ? null : InitialValue(place, result));
                if (value is not null && !values.Exists(other => other.Number == value.Number))
                {
                    values.Add(value);
                }
            }

            if (values.Count > 0)
            {
                result.Set(place, values.Count == 1 ? values[0] : MakePhi(frame, ordinal, [.. values], gates ??= GatesOf(frame, ordinal, arriving)));
            }
        }

        return result;
    }

    /// <summary>Whether a member is one of an object that a path did not make: nothing on that path can ask for it.</summary>
    private bool IsUnmade(Place place, State state) =>
        owners.TryGetValue(place.Owner, out var owner)
        && owner.Op == Op.Object
        && owner.Data is ObjectIdentity { IsMadeHere: true }
        && !state.HoldsMemberOf(place.Owner);

    private Node MakePhi(Frame frame, int block, Node[] values, Node[] gates)
    {
        if (values.Length > Budget.PhiInputs)
        {
            return Graph.Fresh(Op.Opaque, values[0].Site, LoopAt(frame), null, values);
        }

        var phi = Graph.Number(Op.Phi, values, (frame.Id, block), values[0].Site, LoopAt(frame));
        phi.Gates = gates;
        phi.IsScalar = Array.TrueForAll(values, value => value.IsScalar);
        phi.WithoutGradient = Array.TrueForAll(values, value => value.WithoutGradient);
        return phi;
    }

    /// <summary>The conditions that decide by which way a block is reached.</summary>
    private static Node[] GatesOf(Frame frame, int ordinal, List<(int Block, State State)> arriving)
    {
        var around = frame.Flow.DirectControls(ordinal);
        var gates = new List<Node>();
        foreach (var (block, _) in arriving)
        {
            Add(block);
            foreach (var control in frame.Flow.DirectControls(block))
            {
                if (!around.Contains(control))
                {
                    Add(control);
                }
            }
        }

        return [.. gates];

        void Add(int block)
        {
            if (frame.Conditions.TryGetValue(block, out var condition) && !gates.Contains(condition))
            {
                gates.Add(condition);
            }
        }
    }

    private Node? ResultOf(Frame frame, List<(int Block, Node Value, bool IsDisabled)> returns)
    {
        if (frame.Yields.Count > 0)
        {
            return null;
        }

        var taken = returns.FindAll(result => !result.IsDisabled);
        if (taken.Count == 0)
        {
            taken = returns;
        }

        var values = new List<Node>();
        var gates = new List<Node>();
        foreach (var (block, value, _) in taken)
        {
            if (!values.Exists(other => other.Number == value.Number))
            {
                values.Add(value);
            }

            foreach (var control in frame.Flow.DirectControls(block))
            {
                if (frame.Conditions.TryGetValue(control, out var condition))
                {
                    gates.Add(condition);
                }
            }
        }

        return values.Count switch
        {
            0 => null,
            1 => values[0],
            _ => MakePhi(frame, frame.Flow.Graph.Blocks.Length - 1, [.. values], [.. gates]),
        };
    }
}
