using GrpoAnalyzers.Graph;
using GrpoAnalyzers.Trainer;

namespace GrpoAnalyzers.Fingerprint;

/// <summary>The ratio s of a surrogate: whose tokens it is of, and where its gradient goes.</summary>
internal sealed record RatioReading(Part Text, bool IsSequence, Node? Ratio)
{
    public static RatioReading Of(LossTerm term, TermFactors factors, Loop? loop)
    {
        if (term.Ratio is { } ratio && term.Form != PolicyForm.Divergence)
        {
            return OfRatio(ratio, term, factors, loop);
        }

        if (factors.Importance.Count > 0 && ImportanceReading.RatioIn(factors.Importance[0]) is { } stopped)
        {
            var level = LevelOf(stopped, term, loop);
            return new RatioReading(Part.Of($"stopped {level} ratio times log-probability"), false, stopped);
        }

        var isSummed = Shape.Unviewed(term.Policy).Op == Op.Sum;
        return new RatioReading(Part.Of("none (log-probability)"), isSummed, null);
    }

    private static RatioReading OfRatio(Node ratio, LossTerm term, TermFactors factors, Loop? loop)
    {
        if (PolicyPatterns.Sides(ratio) is not { } sides)
        {
            return new RatioReading(Part.Unknown("the two sides of the ratio are not told apart"), false, ratio);
        }

        if (StoppedSequence(ratio) || factors.Importance.Count > 0 && IsOne(sides) && LevelOf(ImportanceReading.RatioIn(factors.Importance[0])!, term, loop) != "token")
        {
            return new RatioReading(Part.Of("sequence mean, carried by each token"), false, ratio);
        }

        if (IsOne(sides))
        {
            return new RatioReading(Part.Of("one (the policy over itself)"), false, ratio);
        }

        var level = LevelOf(ratio, term, loop);
        return new RatioReading(Part.Of(level + Correction(factors, term, loop)), level != "token", ratio);
    }

    /// <summary>The weight against the policy that sampled, where there is one, with its bounds.</summary>
    private static string Correction(TermFactors factors, LossTerm term, Loop? loop)
    {
        if (factors.Importance.Count == 0)
        {
            return "";
        }

        var bounds = ClipReading.BoundsOf(factors.Importance[0]);
        return $"; {WeightingReading.SamplerWeight} the stopped {LevelOf(ImportanceReading.RatioIn(factors.Importance[0])!, term, loop)} ratio to the sampler"
            + (bounds is null ? "" : $", {bounds.Text ?? bounds.ToString()}");
    }

    private static bool IsOne((Node New, Node Old) sides) => Shape.Unviewed(sides.New).Number == Shape.Unviewed(sides.Old).Number;

    /// <summary>GSPO-token: exp(lp - stop(lp) + stop(log s)), its summands in any order.</summary>
    private static bool StoppedSequence(Node ratio)
    {
        if (ratio.Op != Op.Exp)
        {
            return false;
        }

        var summands = new List<(Node Node, bool IsNegative)>();
        Collect(Shape.Unviewed(ratio[0]), isNegative: false, summands, 4);
        return summands.Count == 3
            && summands.Any(left => !left.IsNegative && summands.Any(right => right.IsNegative && left.Node.Number == right.Node.Number))
            && summands.Any(summand => Shape.Base(summand.Node) is { Op: Op.Sum or Op.Mean or Op.Div });

        static void Collect(Node node, bool isNegative, List<(Node Node, bool IsNegative)> summands, int depth)
        {
            if (depth == 0 || node.Op is not (Op.Add or Op.Sub))
            {
                summands.Add((node, isNegative));
                return;
            }

            Collect(Shape.Unviewed(node[0]), isNegative, summands, depth - 1);
            Collect(Shape.Unviewed(node[1]), isNegative != (node.Op == Op.Sub), summands, depth - 1);
        }
    }

    /// <summary>Whether a ratio is a token's, the geometric mean over a sequence, or the product over it.</summary>
    private static string LevelOf(Node ratio, LossTerm term, Loop? loop)
    {
        var node = Shape.Unviewed(ratio.Op == Op.Exp ? ratio[0] : ratio);
        var isMean = false;
        for (var depth = 0; depth < 24; depth++)
        {
            node = Shape.Unviewed(node);
            switch (node.Op)
            {
                case Op.Mean:
                    return "sequence mean";
                case Op.Sum or Op.IndexAdd:
                    return isMean ? "sequence mean" : "sequence product";
                case Op.Div:
                    isMean |= CompletionLength.IsOwnLength(node[1], term, loop) || Shape.Base(node[1]).Op is Op.Sum or Op.Count or Op.Clamp;
                    node = node[0];
                    break;
                case Op.Clamp or Op.Neg:
                    node = node[0];
                    break;
                case Op.Mul:
                    node = Shape.Base(node[0]).Op is Op.Sub or Op.Sum or Op.Where || PolicyPatterns.Difference(node[1]) is null ? node[0] : node[1];
                    break;
                case Op.Where:
                    node = Canonical.IsPlainNumber(node[1]) ? node[2] : node[1];
                    break;
                case Op.Phi or Op.Group when node.Inputs.Length > 0:
                    node = node[0];
                    break;
                case Op.LoopPhi when node.Inputs.Length > 1:
                    return isMean ? "sequence mean" : "sequence product";
                case Op.Sub:
                    return isMean ? "sequence mean" : IsSummed(node[0]) ? "sequence product" : "token";
                default:
                    return "token";
            }
        }

        return "token";
    }

    /// <summary>A log-probability that was added up over its tokens.</summary>
    private static bool IsSummed(Node side)
    {
        var node = Shape.Unviewed(side);
        return node.Op == Op.Sum && (Shape.IsLogProb(node[0]) || Shape.Unviewed(node[0]) is { Op: Op.Mul });
    }
}
