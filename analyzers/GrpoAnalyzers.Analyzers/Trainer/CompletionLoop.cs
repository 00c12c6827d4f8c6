using GrpoAnalyzers.Graph;

namespace GrpoAnalyzers.Trainer;

/// <summary>Finds the loop that goes through completions one by one, and tells what belongs to the completion of its round.</summary>
internal static class CompletionLoop
{
    /// <summary>
    /// The loop over completions, where the term's tokens are those of one: the policy changes with it, and what weights it there is one number
    /// for all of them. Null where there is no such loop.
    /// </summary>
    public static Loop? Of(LossTerm term, Loop? backwardLoop)
    {
        var tokens = term.Ratio ?? term.Policy;
        foreach (var loop in LoopsOf(term, backwardLoop))
        {
            if (term.Path.Any(step => IsRowPickedBy(step.At, loop)))
            {
                return loop;
            }

            if (!Variation.Varies(tokens, loop))
            {
                continue;
            }

            foreach (var (factor, divides, _) in term.Weights)
            {
                if (!divides && IsOneNumber(factor) && !Canonical.IsPlainNumber(factor) && Variation.Varies(factor, loop))
                {
                    return loop;
                }
            }

        }

        return null;
    }

    /// <summary>A row of all completions' tokens, or a piece of them cut by their lengths, that the loop goes through one by one.</summary>
    private static bool IsRowPickedBy(Node node, Loop loop)
    {
        if (node.Op == Op.Select)
        {
            return (node.Data is "[]" && node.Inputs.Length == 2 && node[1].IsScalar && Variation.Varies(node[1], loop))
                || (node.Data is "narrow" or "slice" or "[]" && node.Inputs.Skip(1).SelectMany(bound => bound.Op == Op.Bounds ? bound.Inputs : [bound]).Any(bound => IsEntryOf(bound, loop)));
        }

        return node.Op is Op.Element or Op.Stored
            && Shape.Computed(node[0]) is { Op: Op.Select } pieces
            && (pieces.Data is "unbind"
                || (pieces.Data is "split" && pieces.Inputs.Length > 1 && !pieces[1].IsScalar)
                || (pieces.Data is "narrow" or "slice" or "[]" && pieces.Inputs.Skip(1).Any(IsEntry)))
            && Variation.Varies(node, loop);
    }

    /// <summary>A bound made from what belongs to one element of a list.</summary>
    private static bool IsEntry(Node bound) => Shape.Contains(bound, node => node.Op == Op.Element, node => node.Op is Op.Count && !node.IsScalar);

    /// <summary>A bound that is looked up for the loop's round: where a completion begins or ends, not where a mini-batch does.</summary>
    private static bool IsEntryOf(Node bound, Loop loop) =>
        Shape.Contains(bound, node => node is { Op: Op.Element, IsScalar: true } && node.Inputs.Skip(1).Any(index => index.IsScalar && Variation.Varies(index, loop)));

    /// <summary>Whether a length is that of the completion in a loop's round: it changes with the loop, or belongs to the same element.</summary>
    public static bool Owns(Node length, LossTerm term, Loop loop)
    {
        if (Variation.Varies(length, loop))
        {
            return true;
        }

        var elements = new HashSet<int>();
        Shape.Contains(term.Ratio ?? term.Policy, node =>
        {
            if (node.Op == Op.Element && node.Driver == loop)
            {
                elements.Add(node.Number);
            }

            return false;
        });
        return Shape.Contains(length, node => node.Op == Op.Element && elements.Contains(node.Number));
    }

    /// <summary>The loops in which the term is made, innermost first.</summary>
    private static List<Loop> LoopsOf(LossTerm term, Loop? backwardLoop)
    {
        var loops = new List<Loop>();
        foreach (var start in term.Path.Select(step => step.At.Loop).Append(term.Policy.Loop).Append(term.Ratio?.Loop).Append(backwardLoop))
        {
            for (var loop = start; loop is not null && !loops.Contains(loop); loop = loop.Parent)
            {
                loops.Add(loop);
            }
        }

        loops.Sort((left, right) => Depth(right).CompareTo(Depth(left)));
        return loops;

        static int Depth(Loop loop) => loop.Parent is { } parent ? Depth(parent) + 1 : 0;
    }

    private static bool IsOneNumber(Node factor)
    {
        var node = Shape.Settled(factor);
        if (node.IsScalar)
        {
            return true;
        }

        return node.Op switch
        {
            Op.Select => node.Data is "[]" && node.Inputs.Length == 2 && node[1].IsScalar,
            Op.View when node.Data is "values" => false,
            Op.Convert or Op.View or Op.Detach or Op.Unsqueeze or Op.Neg => IsOneNumber(node[0]),
            Op.Add or Op.Sub or Op.Mul or Op.Div => node.Inputs.All(IsOneNumber),
            _ => false,
        };
    }
}
