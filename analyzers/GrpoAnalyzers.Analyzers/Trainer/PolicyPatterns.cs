using GrpoAnalyzers.Graph;

namespace GrpoAnalyzers.Trainer;

/// <summary>A place where the policy enters a loss, before it is known how the loss got there.</summary>
internal sealed class PolicyMatch(PolicyForm form, Node policy)
{
    public Node? Ratio { get; init; }

    public IReadOnlyList<(Node Factor, bool Divides, Node At)> PairFactors { get; init; } = [];

    public (Node Low, Node High)? Clip { get; init; }

    public string? Estimator { get; init; }

    public LossTerm Term(IReadOnlyList<PathStep> path, bool isNegative) =>
        new(form, policy, path) { Ratio = Ratio, PairFactors = PairFactors, Clip = Clip, Estimator = Estimator, IsNegative = isNegative };
}

/// <summary>The shapes in which a policy enters a loss: clipped pair, ratio, log-probability, divergence, entropy.</summary>
internal static class PolicyPatterns
{
    /// <summary>The form that a node has, or null when it is none of them.</summary>
    public static PolicyMatch? Match(Node node) => node.Op switch
    {
        Op.Min => ClippedPair(node, node[0], node[1]),
        Op.Where => ClippedChoice(node),
        Op.Add or Op.Sub => Divergences.Match(node) ?? LogRatio(node) ?? NormalisedLogit(node),
        Op.Pow => Divergences.MatchSquare(node),
        Op.Abs => Divergences.MatchAbsolute(node),
        Op.Exp when IsLogRatio(node[0]) && !IsCut(node) => new PolicyMatch(PolicyForm.Ratio, node) { Ratio = node },
        Op.Clamp when IsRatio(Shape.Unviewed(node[0])) && !IsCut(Shape.Unviewed(node[0])) => new PolicyMatch(PolicyForm.ClippedRatio, node) { Ratio = Shape.Unviewed(node[0]), Clip = (node[1], node[2]) },
        Op.LogProb or Op.LogSoftmax => new PolicyMatch(PolicyForm.LogProb, node),
        Op.Gather when Shape.IsLogProb(node) => new PolicyMatch(PolicyForm.LogProb, node),
        Op.Log when Shape.IsLogProb(node) => new PolicyMatch(PolicyForm.LogProb, node),
        Op.Sigmoid when GatedRatio(node[0]) is { } gated => new PolicyMatch(PolicyForm.SoftGate, node) { Ratio = gated },
        Op.Entropy => new PolicyMatch(PolicyForm.Entropy, node),
        Op.SquaredError => new PolicyMatch(PolicyForm.Supervised, node),
        _ => null,
    };

    /// <summary>The exponential of a difference of log-probabilities, or a quotient of probabilities, less one or not.</summary>
    public static bool IsRatio(Node node) => node.Op switch
    {
        Op.Exp => IsLogRatio(node[0]),
        Op.Sub => Constants.IsNumber(node[1], 1) && IsRatio(Shape.Unviewed(node[0])),
        Op.Div => !Canonical.IsPlainNumber(node[0]) && !Canonical.IsPlainNumber(node[1]) && !node[0].IsScalar && !node[1].IsScalar,
        _ => false,
    };

    /// <summary>The ratio in <c>tau * (ratio - 1)</c>.</summary>
    private static Node? GatedRatio(Node node)
    {
        var inner = Shape.Unviewed(node);
        return inner.Op switch
        {
            Op.Mul => GatedRatio(inner[0]) ?? GatedRatio(inner[1]),
            Op.Div => GatedRatio(inner[0]),
            Op.Sub when Constants.IsNumber(inner[1], 1) => Shape.Unviewed(inner[0]) is { Op: Op.Exp } ratio && IsRatio(ratio) ? ratio : null,
            _ => null,
        };
    }

    /// <summary>The two log-probabilities of a ratio: that of the policy, and that of the policy that sampled.</summary>
    public static (Node New, Node Old)? Sides(Node ratio)
    {
        var node = ratio.Op == Op.Sub && ratio[0].Op is Op.Exp or Op.Div ? ratio[0] : ratio;
        if (node.Op == Op.Div)
        {
            return (node[0], node[1]);
        }

        return node.Op == Op.Exp && Difference(node[0]) is { } difference ? (difference[0], difference[1]) : null;
    }

    /// <summary>Whether a ratio's own policy was detached before it was compared: a weight, through which no gradient goes.</summary>
    private static bool IsCut(Node ratio)
    {
        if (Sides(ratio) is not { } sides)
        {
            return false;
        }

        var (current, old) = UpdateLoop.Orient(sides.New, sides.Old);
        return IsDetached(current) && !Shape.CarriesGradient(old);
    }

    private static bool IsDetached(Node node)
    {
        for (var depth = 0; depth < 32; depth++)
        {
            node = Shape.Settled(node);
            switch (node.Op)
            {
                case Op.Detach:
                    return true;
                case Op.View or Op.Unsqueeze or Op.Convert or Op.Select or Op.Sum or Op.Mean or Op.Mul or Op.Where or Op.Clamp or Op.Stored or Op.Element when node.Inputs.Length > 0:
                    node = node[node.Op == Op.Where ? 1 : 0];
                    break;
                default:
                    return false;
            }
        }

        return false;
    }

    /// <summary>The difference inside a log-ratio, through masks, sums over the sequence, division by its length, and clamps.</summary>
    public static Node? Difference(Node node)
    {
        for (var depth = 0; depth < 32; depth++)
        {
            node = Shape.Base(node);
            switch (node.Op)
            {
                case Op.Sub when !Canonical.IsPlainNumber(node[1]) && !Canonical.IsPlainNumber(node[0]):
                    return node;
                case Op.Sum or Op.Mean or Op.Clamp or Op.CumSum or Op.Neg or Op.Min or Op.Max:
                    node = node[0];
                    break;
                case Op.Div:
                    node = node[0];
                    break;
                case Op.Mul:
                    node = Shape.Base(node[0]) is { Op: Op.Sub } || !(Difference(node[1]) is { }) ? node[0] : node[1];
                    break;
                case Op.Where:
                    node = Canonical.IsPlainNumber(node[1]) ? node[2] : node[1];
                    break;
                case Op.Add when Difference(node[0]) is { } left:
                    // GSPO-token: a stopped sequence ratio plus a token's own difference.
                    return left;
                case Op.Phi or Op.Group when node.Inputs.Length > 0:
                    node = node[0];
                    break;
                case Op.LoopPhi when node.Inputs.Length > 1:
                    node = node[1].Op == Op.Add ? node[1][1] : node[1];
                    break;
                default:
                    return null;
            }
        }

        return null;
    }

    private static bool IsLogRatio(Node node) => Difference(node) is { } difference && !difference[0].IsScalar && !difference[1].IsScalar;

    private static PolicyMatch? LogRatio(Node node) =>
        node.Op == Op.Sub && IsBareLogProb(node[0]) && IsBareLogProb(node[1]) && node[0].Number != node[1].Number
            ? new PolicyMatch(PolicyForm.LogRatio, node)
            : null;

    private static bool IsBareLogProb(Node node)
    {
        var inner = Shape.Base(node);
        return inner.Op is Op.LogProb or Op.LogSoftmax || (inner.Op is Op.Gather or Op.Log && Shape.IsLogProb(inner)) || NormalisedLogit(inner) is not null;
    }

    /// <summary>A logit less the log of the sum of their exponentials.</summary>
    private static PolicyMatch? NormalisedLogit(Node node) =>
        node.Op == Op.Sub && Shape.Base(node[1]).Op == Op.LogSumExp ? new PolicyMatch(PolicyForm.LogProb, node) : null;

    private static PolicyMatch? ClippedPair(Node pair, Node left, Node right) =>
        Pair(pair, Shape.Factors(left), Shape.Factors(right)) ?? Pair(pair, Shape.Factors(right), Shape.Factors(left));

    private static PolicyMatch? Pair(
        Node pair, List<(Node Factor, bool Divides, Node At)> plain, List<(Node Factor, bool Divides, Node At)> clipped)
    {
        foreach (var candidate in clipped)
        {
            var clamp = Shape.Unviewed(candidate.Factor);
            if (clamp.Op != Op.Clamp || candidate.Divides)
            {
                continue;
            }

            var ratio = Shape.Unviewed(clamp[0]);
            foreach (var other in plain)
            {
                if (other.Divides || !IsSameRatio(Shape.Unviewed(other.Factor), ratio))
                {
                    continue;
                }

                var rest = plain.Where(factor => !ReferenceEquals(factor.Factor, other.Factor)).ToList();
                var clippedRest = clipped.Where(factor => !ReferenceEquals(factor.Factor, candidate.Factor)).ToList();
                if (SameFactors(rest, clippedRest) && (rest.Count > 0 || IsRatio(ratio)))
                {
                    return new PolicyMatch(PolicyForm.ClippedPair, pair) { Ratio = ratio, PairFactors = rest, Clip = (clamp[1], clamp[2]) };
                }
            }
        }

        return QuotientPair(pair, plain, clipped);
    }

    /// <summary>p / q * A is one product: its quotient must be found among the factors.</summary>
    private static PolicyMatch? QuotientPair(
        Node pair, List<(Node Factor, bool Divides, Node At)> plain, List<(Node Factor, bool Divides, Node At)> clipped)
    {
        foreach (var candidate in clipped)
        {
            var clamp = Shape.Unviewed(candidate.Factor);
            if (clamp.Op != Op.Clamp || candidate.Divides || Shape.Unviewed(clamp[0]) is not { Op: Op.Div } quotient)
            {
                continue;
            }

            var inner = Shape.Factors(quotient);
            var rest = plain.Where(factor => !inner.Exists(part => part.Divides == factor.Divides && Shape.SameValue(part.Factor, factor.Factor))).ToList();
            var clippedRest = clipped.Where(factor => !ReferenceEquals(factor.Factor, candidate.Factor)).ToList();
            if (rest.Count == plain.Count - inner.Count && rest.Count > 0 && SameFactors(rest, clippedRest))
            {
                return new PolicyMatch(PolicyForm.ClippedPair, pair) { Ratio = quotient, PairFactors = rest, Clip = (clamp[1], clamp[2]) };
            }
        }

        return null;
    }

    /// <summary>The same ratio, or the same less a bound of its own (two-sided clips).</summary>
    private static bool IsSameRatio(Node plain, Node ratio) =>
        plain.Number == ratio.Number || (plain.Op == Op.Clamp && Shape.Unviewed(plain[0]).Number == ratio.Number);

    private static bool SameFactors(List<(Node Factor, bool Divides, Node At)> left, List<(Node Factor, bool Divides, Node At)> right)
    {
        if (left.Count != right.Count)
        {
            return false;
        }

        var open = right.ToList();
        foreach (var (factor, divides, _) in left)
        {
            var index = open.FindIndex(other => other.Divides == divides && Shape.SameValue(other.Factor, factor));
            if (index < 0)
            {
                return false;
            }

            open.RemoveAt(index);
        }

        return true;
    }

    /// <summary>The clip chosen by the sign of the advantage.</summary>
    private static PolicyMatch? ClippedChoice(Node node)
    {
        if (node[0].Op != Op.Compare)
        {
            return null;
        }

        var yes = Shape.Factors(node[1]);
        var no = Shape.Factors(node[2]);
        foreach (var left in yes)
        {
            var first = Shape.Unviewed(left.Factor);
            if (first.Op != Op.Clamp)
            {
                continue;
            }

            foreach (var right in no)
            {
                var second = Shape.Unviewed(right.Factor);
                if (second.Op == Op.Clamp && Shape.SameValue(first[0], second[0]) && IsRatio(Shape.Unviewed(first[0])))
                {
                    var rest = yes.Where(factor => !ReferenceEquals(factor.Factor, left.Factor)).ToList();
                    return new PolicyMatch(PolicyForm.ClippedPair, node)
                    {
                        Ratio = Shape.Unviewed(first[0]),
                        PairFactors = rest,
                        Clip = (Constants.IsNone(first[1]) ? second[1] : first[1], Constants.IsNone(first[2]) ? second[2] : first[2]),
                    };
                }
            }
        }

        return null;
    }
}
