using GrpoAnalyzers.Graph;
using GrpoAnalyzers.Trainer;

namespace GrpoAnalyzers.Fingerprint;

/// <summary>What a surrogate is multiplied with and divided by, sorted by what it is.</summary>
internal sealed class TermFactors
{
    private TermFactors()
    {
    }

    /// <summary>The advantage; null where it is not told from the rest.</summary>
    public Node? Advantage { get; private set; }

    /// <summary>Token masks: what the lengths are counted from, or given beside the advantage.</summary>
    public List<Node> Masks { get; } = [];

    /// <summary>Masks that depend on the policy or the advantage: they drop tokens or completions from the surrogate.</summary>
    public List<Node> Filters { get; } = [];

    /// <summary>Weights that a test chooses for tokens among several numbers, as GTPO's lambda.</summary>
    public List<Node> TokenWeights { get; } = [];

    /// <summary>Stopped importance weights.</summary>
    public List<Node> Importance { get; } = [];

    /// <summary>Numbers that do not depend on the data.</summary>
    public List<Node> Scales { get; } = [];

    /// <summary>What was not understood.</summary>
    public List<Node> Others { get; } = [];

    /// <summary>Divisors, each with the operation that divides.</summary>
    public List<Node> Divisors { get; } = [];

    public static TermFactors Of(LossTerm term)
    {
        var factors = new TermFactors();
        var masks = new HashSet<int>();
        foreach (var (factor, divides, _) in term.Weights)
        {
            if (divides)
            {
                factors.Divisors.Add(factor);
                CollectSummed(factor, masks);
            }
        }

        var open = new List<Node>();
        foreach (var step in term.Path)
        {
            // Where neither arm is a number, the condition chooses a form of the surrogate and drops nothing.
            if (step is { Kind: StepKind.Mask, Factor: { } condition } && step.At.Inputs.Skip(1).Any(arm => Canonical.IsPlainNumber(Shape.Base(arm))))
            {
                factors.AddMask(condition);
            }
        }

        foreach (var (factor, divides, _) in term.Weights)
        {
            if (!divides)
            {
                factors.Sort(factor, masks, open);
            }
        }

        factors.ChooseAdvantage(term, open);
        return factors;
    }

    private static void CollectSummed(Node divisor, HashSet<int> masks) => Shape.Contains(
        divisor,
        node =>
        {
            if (node.Op is Op.Sum or Op.IndexAdd)
            {
                masks.Add(Shape.Base(node[node.Inputs.Length - 1]).Number);
            }

            return false;
        },
        node => node.Op is Op.Std or Op.Var or Op.Norm or Op.Sqrt);

    private void Sort(Node factor, HashSet<int> masks, List<Node> open)
    {
        var node = Shape.Base(factor);
        if (masks.Contains(node.Number))
        {
            Masks.Add(factor);
        }
        else if (Canonical.IsPlainNumber(node) || (node.IsScalar && Numbers.ValueOf(node) is not null))
        {
            Scales.Add(node);
        }
        else if (node.Op is Op.Where or Op.Mul && LeavesOf(node, 8) is { Count: > 1 } leaves)
        {
            if (leaves.SetEquals([0, 1]))
            {
                AddMask(factor);
            }
            else
            {
                TokenWeights.Add(factor);
            }
        }
        else if (Shape.IsTruth(node) || IsChoiceOfTruths(node) || node.Op is Op.Range)
        {
            AddMask(factor);
        }
        else if (ImportanceReading.RatioIn(node) is not null)
        {
            Importance.Add(factor);
        }
        else if (node.Op is Op.Softmax or Op.Entropy)
        {
            Others.Add(factor);
        }
        else
        {
            open.Add(factor);
        }
    }

    /// <summary>The numbers among which tests choose; null where something else is chosen.</summary>
    private static HashSet<double>? LeavesOf(Node node, int depth)
    {
        var inner = Shape.Base(node);
        if (depth == 0)
        {
            return null;
        }

        if (Shape.IsTruth(inner))
        {
            return [0, 1];
        }

        if (inner.Op is not (Op.Where or Op.Mul))
        {
            return Numbers.ValueOf(inner) is { } number ? [number] : null;
        }

        var isChoice = inner.Op == Op.Where;
        if (LeavesOf(inner[isChoice ? 1 : 0], depth - 1) is not { } leaves || LeavesOf(inner[isChoice ? 2 : 1], depth - 1) is not { } others)
        {
            return null;
        }

        return isChoice ? [.. leaves, .. others] : [.. leaves.SelectMany(left => others.Select(right => left * right))];
    }

    private static bool IsChoiceOfTruths(Node node) => node.Op == Op.Where && Shape.IsTruth(node[1]) && Shape.IsTruth(node[2]);

    private void AddMask(Node condition)
    {
        if (IsFilter(condition))
        {
            Filters.Add(condition);
        }
        else
        {
            Masks.Add(condition);
        }
    }

    /// <summary>A condition on values that the policy or the rewards have: not one on positions or token ids.</summary>
    private static bool IsFilter(Node condition) => Shape.Contains(
        condition,
        node => (node.Op == Op.Sub && !node.IsScalar && !Canonical.IsPlainNumber(node[0]) && !Canonical.IsPlainNumber(node[1]) && node.Inputs.All(side => Shape.Base(side).Op is not (Op.Range or Op.Constant)))
            || node.Op is Op.Exp or Op.Abs or Op.Entropy,
        node => node.Op is Op.Forward);

    /// <summary>Whether a filter tests how far the policy has moved, as a clip does; others test rewards or entropy.</summary>
    public static bool IsOfRatio(Node filter) => Shape.Contains(
        filter,
        node => node.Op == Op.Exp || (node.Op == Op.Sub && (Shape.IsLogProb(node[0]) || Shape.IsLogProb(node[1]))),
        node => node.Op == Op.Forward || Entropies.IsEntropy(node));

    private void ChooseAdvantage(LossTerm term, List<Node> open)
    {
        bool IsInPair(Node factor) => term.PairFactors.Any(pair => ReferenceEquals(pair.Factor, factor));
        var chosen = open.Find(factor => IsInPair(factor) && IsEstimate(factor)) ?? open.Find(IsEstimate) ?? open.Find(IsInPair) ?? open.Find(Shape.IsSpread) ?? (open.Count == 1 ? open[0] : null);
        Advantage = chosen;
        foreach (var factor in open)
        {
            if (ReferenceEquals(factor, chosen))
            {
                continue;
            }

            if (chosen is not null && Shape.Base(factor).Op is Op.Input or Op.Contents or Op.Constant)
            {
                Masks.Add(factor);
            }
            else
            {
                Others.Add(factor);
            }
        }
    }

    private static bool IsEstimate(Node factor) => Shape.Contains(
        factor,
        node => node.Op is Op.Sub or Op.Normalise && !node.IsScalar,
        node => node.Op is Op.Forward or Op.Exp or Op.Compare or Op.Count);
}
