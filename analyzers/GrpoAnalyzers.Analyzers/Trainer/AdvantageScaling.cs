using GrpoAnalyzers.Graph;

namespace GrpoAnalyzers.Trainer;

/// <summary>A division of advantages by a measure of their own spread.</summary>
/// <param name="At">The division, or the call that normalises.</param>
/// <param name="Dispersion">What it divides by; null for a call that normalises by itself.</param>
/// <param name="IsGroup">True when the spread is that of a group, prompt or trajectory; false for a whole batch.</param>
internal sealed record AdvantageScaling(Node At, Dispersion? Dispersion, bool IsGroup)
{
    private const int MaximumVisits = 3_000;

    /// <summary>Where the result is read from the object that keeps it; null where it was not kept.</summary>
    public Site? ReadAt { get; private init; }

    /// <summary>The first division by a dispersion on the way that the term's advantages took.</summary>
    public static AdvantageScaling? Find(LossTerm term, bool hasCritic, bool hasTokens) =>
        First(term, hasCritic, hasTokens) is { } found ? found with { ReadAt = ReadOf(found.At, term) } : null;

    /// <summary>The outermost read from an object on the way from the term down to an operation.</summary>
    private static Site? ReadOf(Node operation, LossTerm term)
    {
        var seen = new HashSet<Node>();
        var pending = new Stack<(Node Node, Site? ReadAt)>();
        pending.Push((term.Policy, null));
        foreach (var step in term.Path)
        {
            if (step.Factor is { } factor)
            {
                pending.Push((factor, null));
            }
        }

        while (pending.Count > 0 && seen.Count < MaximumVisits)
        {
            var (node, readAt) = pending.Pop();
            if (ReferenceEquals(node, operation))
            {
                return readAt;
            }

            if (seen.Add(node) && node.Op != Op.Forward)
            {
                PushSources(node, readAt ?? (node.Op == Op.Stored ? node.Site : null), pending);
            }
        }

        return null;
    }

    private static AdvantageScaling? First(LossTerm term, bool hasCritic, bool hasTokens)
    {
        foreach (var (factor, divides, at) in term.Weights)
        {
            if (divides)
            {
                // The scale stands in the loss itself: w = 1 / std.
                if (Dispersion.Find(factor) is { } inverse && !Shape.CarriesGradient(inverse.Of))
                {
                    return new AdvantageScaling(at, inverse, IsGroupWise(inverse, hasCritic, hasTokens));
                }

                continue;
            }

            if (Search(factor, hasCritic, hasTokens) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static AdvantageScaling? Search(Node advantage, bool hasCritic, bool hasTokens)
    {
        var seen = new HashSet<Node>();
        var pending = new Stack<(Node Node, Site? ReadAt)>();
        pending.Push((advantage, null));
        while (pending.Count > 0 && seen.Count < MaximumVisits)
        {
            var (node, _) = pending.Pop();
            if (!seen.Add(node) || node.Op is Op.Forward or Op.LogProb or Op.LogSoftmax or Op.Softmax or Op.Count or Op.Std or Op.Var or Op.Norm or Op.Compare
                or Op.Exp or Op.Random or Op.MatMul or Op.FiniteTest)
            {
                continue;
            }

            if (node.Op == Op.Div && Dispersion.Find(node[1]) is { } dispersion && IsOfTheSame(node[0], dispersion))
            {
                return new AdvantageScaling(node, dispersion, IsGroupWise(dispersion, hasCritic, hasTokens, node[0]));
            }

            if (node.Op == Op.Normalise && node.Data is not "batch_norm")
            {
                return new AdvantageScaling(node, null, node.Data is Axes { IsTotal: false } || hasTokens);
            }

            PushSources(node, null, pending);
        }

        return null;
    }

    /// <summary>The values that an advantage is made from, without those that only choose.</summary>
    private static void PushSources(Node node, Site? readAt, Stack<(Node Node, Site? ReadAt)> pending)
    {
        for (var i = 0; i < node.Inputs.Length; i++)
        {
            var isIndex = i > 0 && node.Op is Op.Select or Op.Element or Op.Gather or Op.View;
            var isCondition = i == 0 && node.Op == Op.Where;
            if (!isIndex && !isCondition)
            {
                pending.Push((node.Inputs[i], readAt));
            }
        }
    }

    /// <summary>Whether the numbers that are divided are those whose spread it is.</summary>
    private static bool IsOfTheSame(Node divided, Dispersion dispersion)
    {
        var sources = Sources(divided);
        return Sources(dispersion.Of).Overlaps(sources);
    }

    private static HashSet<int> Sources(Node node)
    {
        var sources = new HashSet<int>();
        var seen = new HashSet<Node>();
        var pending = new Stack<Node>();
        pending.Push(node);
        while (pending.Count > 0 && seen.Count < 400)
        {
            var current = pending.Pop();
            if (!seen.Add(current))
            {
                continue;
            }

            if (current.Op is Op.Input or Op.Contents or Op.Opaque or Op.LoopPhi or Op.Container or Op.Forward or Op.Element or Op.Select or Op.Setting)
            {
                sources.Add(current.Number);
            }

            foreach (var input in current.Inputs)
            {
                pending.Push(input);
            }
        }

        return sources;
    }

    /// <summary>
    /// Whether a spread is that of a group: over some axis, or over all of what one prompt or trajectory has. Without an axis it is taken for
    /// a group's where completions have tokens, unless the mean that was subtracted runs over groups; with a critic it is the batch's.
    /// </summary>
    /// <param name="dispersion">The spread.</param>
    /// <param name="hasCritic">Whether a value estimate is trained beside the policy.</param>
    /// <param name="hasTokens">Whether completions have tokens.</param>
    /// <param name="divided">What is divided by it.</param>
    public static bool IsGroupWise(Dispersion dispersion, bool hasCritic, bool hasTokens, Node? divided = null)
    {
        if (dispersion.Axes is { Known: true, Dims: { } dims } && !(dims.Length == 1 && dims[0] == 0))
        {
            return true;
        }

        if (HoldsSeveralGroups(dispersion.Of) || (divided is not null && dispersion.Axes.IsTotal && IsCentredByRows(divided, dispersion.Of)))
        {
            return false;
        }

        if (IsOfOneGroup(dispersion, hasCritic))
        {
            return true;
        }

        return !hasCritic && hasTokens;
    }

    /// <summary>A mean over some axis was subtracted before: the tensor holds several groups.</summary>
    private static bool HoldsSeveralGroups(Node of) =>
        Shape.Contains(
            of,
            node => (node.Op == Op.Mean && node.Axes is { Known: true, Dims.Length: > 0 }) || IsTable(node),
            node => node.Op is Op.Forward or Op.Std);

    /// <summary>The mean that was subtracted runs over a later axis of what the spread is of as a whole: groups below one another.</summary>
    private static bool IsCentredByRows(Node divided, Node of) =>
        Shape.Unviewed(divided) is { Op: Op.Sub } centred
        && Shape.Unviewed(centred[1]) is { Op: Op.Mean, Axes: { Known: true, Dims: { Length: 1 } dims } } mean
        && (dims[0] > 0 || Shape.Contains(mean[0], IsTable, node => node.Op == Op.Forward))
        && Shape.Unviewed(mean[0]).Number == Shape.Unviewed(of).Number;

    /// <summary>A reshape into rows of more than one: groups below one another.</summary>
    private static bool IsTable(Node node) =>
        node.Op == Op.View && node.Data is "view" or "reshape" && node.Inputs.Length == 3
        && !Constants.IsNumber(node[1], 1) && !Constants.IsNumber(node[2], 1) && !Constants.IsNumber(node[2], -1);

    /// <summary>Whether a loop picks what it works on one by one: elements of a container, rows by their index; not slices of a batch.</summary>
    private static bool IsPickedBy(Loop loop, Node of) => Shape.Contains(
        of,
        node => (node.Op is Op.Element or Op.Stored && (node.Driver == loop || node.Inputs.Skip(1).Any(index => index.IsScalar && Variation.Varies(index, loop))))
            || (node.Op == Op.Select && node.Data is "[]" && node.Inputs.Length == 2 && node[1].IsScalar && Variation.Varies(node[1], loop)),
        node => node.Op is Op.Forward or Op.Random || (node.Op == Op.Select && node.Data is not "[]"));

    /// <summary>A list that another loop made one of in each round: what a later loop reads of it is one list's at a time.</summary>
    private static bool IsOneOfThoseMadeBefore(Loop loop, Node of) => Shape.Contains(
        of,
        node => node.Op == Op.Container && node.Loop is { } made && !made.IsInside(loop) && !loop.IsInside(made),
        node => node.Op is Op.Forward or Op.Random);

    /// <summary>The spread is taken in a loop over groups, of what belongs to the round.</summary>
    private static bool IsOfOneGroup(Dispersion dispersion, bool hasCritic)
    {
        if (Shape.Contains(dispersion.Of, node => node.Op == Op.Contents && node[0].IsGroup || node.IsGroup, node => node.Op == Op.Forward)
            || Shape.Contains(dispersion.Of, node => node.IsOfGroup, node => node.Op is Op.Stored or Op.Forward or Op.Sum or Op.Mean || (node.Op == Op.Element && !node.IsOfGroup)))
        {
            return true;
        }

        // With a value estimate a loop's round is a mini-batch, unless the code says that it is a group.
        for (var loop = hasCritic ? null : dispersion.At.Loop; loop is not null; loop = loop.Parent)
        {
            if (loop.Kind != LoopKind.Recursion && (IsPickedBy(loop, dispersion.Of) || IsOneOfThoseMadeBefore(loop, dispersion.Of)))
            {
                return true;
            }
        }

        return false;
    }
}
