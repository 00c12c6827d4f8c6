using GrpoAnalyzers.Graph;

namespace GrpoAnalyzers.Trainer;

/// <summary>A loop that makes several updates on the same stored log-probabilities.</summary>
/// <param name="Loop">The loop.</param>
/// <param name="Step">The update.</param>
/// <param name="Count">How many rounds it has, where that is known.</param>
/// <param name="IsAssumed">True when the number of rounds is not known: the finding holds when it is more than one.</param>
internal sealed record UpdateLoop(Loop Loop, Event Step, int? Count, bool IsAssumed)
{
    /// <summary>The loops in which a term's update is repeated on the same rows, innermost first.</summary>
    public static IReadOnlyList<UpdateLoop> Find(
        LossTerm term, Event backward, IReadOnlyList<Event> steps, IReadOnlyList<Event> events, TrainerOptions options)
    {
        if (term.Ratio is not { } ratio || PolicyPatterns.Sides(ratio) is not { } sides)
        {
            return [];
        }

        var (current, old) = Orient(sides.New, sides.Old);
        if (IsSamePolicy(current, old))
        {
            return [];
        }

        var found = new List<UpdateLoop>();
        foreach (var step in steps)
        {
            for (var loop = step.Loop; loop is not null; loop = loop.Parent)
            {
                if (backward.Loop?.IsInside(loop) == true && RepeatsRows(old, current, loop, events, options) && Rounds(loop) is { } rounds && rounds.Count is null or > 1)
                {
                    found.Add(new UpdateLoop(loop, step, rounds.Count, rounds.IsAssumed));
                }
            }
        }

        return found;
    }

    /// <summary>The side whose weights are trained, then the stored one.</summary>
    public static (Node New, Node Old) Orient(Node left, Node right) =>
        !Shape.CarriesGradient(left) && Shape.CarriesGradient(right) ? (right, left) : (left, right);

    /// <summary>Old log-probabilities that are the new ones, detached: the ratio is one whatever the weights.</summary>
    private static bool IsSamePolicy(Node current, Node old)
    {
        var left = Shape.Unviewed(current);
        var right = Shape.Unviewed(old);
        if (left.Number == right.Number)
        {
            return true;
        }

        // Computed again between two updates: the same network on the same rows.
        return Networks(left) is { Count: > 0 } first && Networks(right) is { Count: > 0 } second && first.SetEquals(second);
    }

    private static HashSet<int> Networks(Node node)
    {
        var found = new HashSet<int>();
        Shape.Contains(node, current =>
        {
            if (current.Op == Op.Forward)
            {
                found.Add(current.Number);
            }

            return false;
        });
        return found;
    }

    private static bool RepeatsRows(Node old, Node current, Loop loop, IReadOnlyList<Event> events, TrainerOptions options)
    {
        var change = Variation.In(old, loop);
        if (change == Change.None)
        {
            return true;
        }

        if (change == Change.Indexed)
        {
            return options.ReportSinglePassMinibatches;
        }

        return IsFrozenPolicy(old, current, loop, events);
    }

    /// <summary>A network of its own that gives the old log-probabilities anew in each round, and is not brought up to date in the loop.</summary>
    private static bool IsFrozenPolicy(Node old, Node current, Loop loop, IReadOnlyList<Event> events)
    {
        var forwards = new List<Node>();
        Shape.Contains(old, node =>
        {
            if (node.Op == Op.Forward && node.Loop?.IsInside(loop) == true)
            {
                forwards.Add(node);
            }

            return false;
        });
        if (forwards.Count == 0
            || Shape.Contains(old, node => node.Op == Op.Opaque && node.Loop?.IsInside(loop) == true || (node.Op == Op.LoopPhi && ReferenceEquals(node.Data, loop))))
        {
            return false;
        }

        foreach (var forward in forwards)
        {
            var network = forward[0].Number;
            var isTrained = Shape.Contains(current, node => node.Op == Op.Forward && !node.WithoutGradient && node[0].Number == network);
            var rowsChange = forward.Inputs.Skip(1).Any(input => Variation.In(input, loop) != Change.None);
            var isRefreshed = events.Any(other => other.Kind == EventKind.LoadWeights && other.Loop?.IsInside(loop) == true);
            if (isTrained || rowsChange || isRefreshed)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>How many rounds a loop has; without a count where that is not known.</summary>
    public static (int? Count, bool IsAssumed)? Rounds(Loop loop)
    {
        if (loop.Kind == LoopKind.Recursion)
        {
            return (null, true);
        }

        if (loop.Sequence is { } sequence)
        {
            return RoundsOf(Shape.Settled(sequence));
        }

        foreach (var condition in loop.Conditions)
        {
            if (CountIn(condition, loop) is { } count)
            {
                return count;
            }
        }

        return (null, true);
    }

    private static (int? Count, bool IsAssumed) RoundsOf(Node sequence)
    {
        if (sequence.Op != Op.Range || sequence.Inputs.Length < 2)
        {
            return (null, true);
        }

        return Constants.Of(sequence[1]) is { Number: { } number } ? ((int)Math.Min(number, int.MaxValue), false) : (null, true);
    }

    /// <summary>The rounds of a counting loop from its condition: <c>i &lt; n</c>, <c>k++ &lt; n</c>, <c>i &lt;= n</c>.</summary>
    private static (int? Count, bool IsAssumed)? CountIn(Node condition, Loop loop)
    {
        if (condition.Op is Op.And or Op.Or)
        {
            return CountIn(condition[0], loop) ?? CountIn(condition[1], loop);
        }

        if (condition.Op == Op.Not)
        {
            return CountIn(condition[0], loop);
        }

        if (condition.Op != Op.Compare)
        {
            return null;
        }

        for (var side = 0; side < 2; side++)
        {
            var (counter, offset) = Counter(condition[side]);
            if (counter.Op != Op.LoopPhi || !ReferenceEquals(counter.Data, loop))
            {
                continue;
            }

            if (Constants.NumberOf(counter[0]) is not { } start || Constants.NumberOf(condition[1 - side]) is not { } bound)
            {
                return (null, true);
            }

            var includes = (Comparison)condition.Data! is Comparison.LessOrEqual or Comparison.GreaterOrEqual;
            var rounds = Math.Abs(bound - start) + (includes ? 1 : 0) - offset;
            return (rounds > int.MaxValue ? int.MaxValue : (int)Math.Round(rounds), false);
        }

        return null;
    }

    private static (Node Counter, double Offset) Counter(Node side)
    {
        var node = Shape.Unviewed(side);
        // A test at the loop's end sees the counter after the round.
        return node.Op is Op.Add or Op.Sub && node[0].Op == Op.LoopPhi && Constants.IsNumber(node[1], 1) ? (node[0], 0) : (node, 0);
    }
}
