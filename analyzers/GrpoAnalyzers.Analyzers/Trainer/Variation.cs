using GrpoAnalyzers.Graph;

namespace GrpoAnalyzers.Trainer;

/// <summary>How a value changes from one round of a loop to the next.</summary>
internal enum Change
{
    /// <summary>It is the same in every round, or the same rows drawn in another order.</summary>
    None,

    /// <summary>The loop picks another part of what is the same: another element, another slice.</summary>
    Indexed,

    /// <summary>It is made anew in every round.</summary>
    Fresh,
}

/// <summary>Tells how values change with a loop.</summary>
internal static class Variation
{
    public static Change In(Node node, Loop loop)
    {
        var seen = new Dictionary<Node, Change>();
        return In(node, loop, seen, 0);
    }

    public static bool Varies(Node node, Loop loop) => In(node, loop) != Change.None;

    private static Change In(Node node, Loop loop, Dictionary<Node, Change> seen, int depth)
    {
        if (depth > 300)
        {
            return Change.Fresh;
        }

        if (seen.TryGetValue(node, out var known))
        {
            return known;
        }

        seen[node] = Change.None;
        return seen[node] = Own(node, loop) is { } own and not Change.None ? own : OfInputs(node, loop, seen, depth);
    }

    private static Change Own(Node node, Loop loop)
    {
        var isInside = node.Loop?.IsInside(loop) == true;
        return node.Op switch
        {
            Op.LoopPhi when ReferenceEquals(node.Data, loop) => Shape.IsUnchanged(node) ? Change.None : node.IsScalar ? Change.Indexed : Change.Fresh,
            Op.Element or Op.Stored when node.Driver == loop => Change.Indexed,
            Op.Opaque when node.Driver is { } driver => driver == loop ? Change.Indexed : Change.None,
            Op.Opaque or Op.Forward or Op.Object when isInside => Change.Fresh,
            _ => Change.None,
        };
    }

    private static Change OfInputs(Node node, Loop loop, Dictionary<Node, Change> seen, int depth)
    {
        // What was computed before the loop does not change with it.
        if (node.Op != Op.LoopPhi && node.Loop?.IsInside(loop) != true && node.Inputs.Length > 0 && node.Op is not (Op.Contents or Op.Element or Op.Group or Op.Input))
        {
            return Change.None;
        }

        if (node.Op == Op.Random)
        {
            return Change.None;
        }

        var change = Change.None;
        for (var i = 0; i < node.Inputs.Length; i++)
        {
            var of = node.Op == Op.Stored && i > 0 ? OfPick(node[i], loop, seen, depth + 1) : In(node[i], loop, seen, depth + 1);
            change = of > change ? of : change;
        }

        return change;
    }

    /// <summary>
    /// How the choice of an element changes. An object or tuple made anew in each round is no other choice: what was stored in it tells
    /// whether anything else is new.
    /// </summary>
    private static Change OfPick(Node pick, Loop loop, Dictionary<Node, Change> seen, int depth)
    {
        if (pick.Op is not (Op.Element or Op.Stored) || depth > 300)
        {
            return In(pick, loop, seen, depth);
        }

        if (pick.Driver == loop)
        {
            return Change.Indexed;
        }

        var change = Change.None;
        for (var i = 0; i < pick.Inputs.Length; i++)
        {
            if (i == 0 && pick[0].Op is Op.Object or Op.Tuple)
            {
                continue;
            }

            var of = i == 0 && pick[0].Op is Op.Element or Op.Stored ? OfPick(pick[0], loop, seen, depth + 1) : In(pick[i], loop, seen, depth + 1);
            change = of > change ? of : change;
        }

        return change;
    }
}
