using GrpoAnalyzers.Graph;
using GrpoAnalyzers.Trainer;

namespace GrpoAnalyzers.Fingerprint;

/// <summary>How the advantage is estimated.</summary>
/// <param name="Text">In words.</param>
/// <param name="Deviation">The deviation that it is divided by, which the unified formulation keeps in alpha.</param>
/// <param name="Penalty">A divergence that was taken off the reward, with its coefficient.</param>
internal sealed record AdvantageReading(Part Text, string? Deviation, string? Penalty)
{
    private const int MaximumVisits = 2_000;

    public static AdvantageReading Of(Surrogate surrogate, TermFactors factors)
    {
        if (factors.Advantage is not { } advantage)
        {
            return new AdvantageReading(Part.Unknown("which factor is the advantage is not told"), null, null);
        }

        var scalings = Scalings(advantage, factors, surrogate);
        var baseline = Baseline(advantage, surrogate, factors);
        var penalty = PenaltyIn(advantage, surrogate);
        if (baseline is null)
        {
            var node = Shape.Base(advantage);
            return node.Op is Op.Input or Op.Contents or Op.Setting && scalings.Count == 0
                ? new AdvantageReading(Part.Of("given"), null, penalty)
                : new AdvantageReading(Part.Unknown("how it is computed is not understood"), null, penalty);
        }

        if (scalings.Count == 0)
        {
            return new AdvantageReading(Part.Of(baseline), null, penalty);
        }

        var outer = scalings[0];
        var inner = scalings.Where(scaling => scaling.IsGroup).ToList();
        if (inner.Count > 1 || (inner.Count == 1 && !outer.IsGroup && IsSummedAfter(advantage, inner[0].At)))
        {
            return outer.IsGroup
                ? new AdvantageReading(Part.Of("each reward standardised by its group, summed"), "std", penalty)
                : new AdvantageReading(Part.Of("each reward standardised by its group, summed, then standardised by the batch"), "std_batch", penalty);
        }

        if (baseline == "r - batch mean" && outer.IsTotal)
        {
            outer = outer with { IsGroup = false };
        }

        var kind = outer.IsGroup ? "group" : "batch";
        var epsilon = outer.Epsilon is { } small ? $" + {small}" : "";
        if (!outer.IsGroup && baseline == "r - group mean" && Ancestry(advantage).Any(node => node.Op == Op.Sub && BaselineOf(node, surrogate, factors) == "r - batch mean"))
        {
            return new AdvantageReading(Part.Of($"r - group mean, standardised by the batch (std{epsilon})"), "std_batch", penalty);
        }

        return new AdvantageReading(Part.Of($"({baseline}) / ({kind} std{epsilon})"), outer.IsGroup ? "std" : "std_batch", penalty);
    }

    /// <summary>The divisions by a spread on the way that the advantage took, outermost first.</summary>
    private static List<(bool IsGroup, bool IsTotal, Node At, string? Epsilon)> Scalings(Node advantage, TermFactors factors, Surrogate surrogate)
    {
        var found = new List<(bool, bool, Node, string?)>();
        var numbers = new HashSet<int>();
        foreach (var divisor in factors.Divisors)
        {
            Take(divisor, advantage);
        }

        foreach (var node in Ancestry(advantage))
        {
            if (node.Op == Op.Div)
            {
                Take(node[1], node[0]);
            }
            else if (node.Op == Op.Normalise)
            {
                found.Add((true, false, node, null));
            }
        }

        return found;

        void Take(Node divisor, Node divided)
        {
            if (Dispersion.Find(divisor) is { } dispersion && numbers.Add(dispersion.At.Number))
            {
                found.Add((AdvantageScaling.IsGroupWise(dispersion, surrogate.HasCritic, surrogate.HasTokens, divided), dispersion.Axes.IsTotal, dispersion.At, Epsilon(divisor, 8)));
            }
        }
    }

    /// <summary>Whether rewards were added up after each was divided by its own spread.</summary>
    private static bool IsSummedAfter(Node advantage, Node dispersion) => Ancestry(advantage).Any(node =>
        node.Op == Op.Sum && !node.Axes.IsTotal && Shape.Contains(node[0], part => part.Op == Op.Div && Dispersion.Find(part[1])?.At.Number == dispersion.Number, part => part.Op == Op.Forward));

    private static string? Epsilon(Node divisor, int depth)
    {
        var node = Shape.Base(divisor);
        if (depth == 0)
        {
            return null;
        }

        switch (node.Op)
        {
            case Op.Add when Numbers.ValueOf(node[1]) is { } right:
                return Numbers.Text(right);
            case Op.Add when Numbers.ValueOf(node[0]) is { } left:
                return Numbers.Text(left);
            case Op.Sqrt or Op.Div or Op.Clamp:
                return Epsilon(node[0], depth - 1);
            default:
                return null;
        }
    }

    /// <summary>What is subtracted from the reward; null where nothing is that is understood.</summary>
    private static string? Baseline(Node advantage, Surrogate surrogate, TermFactors factors)
    {
        string? found = null;
        foreach (var node in Ancestry(advantage))
        {
            if (node.Op != Op.Sub || (node.IsScalar && !IsPerElement(node)) || BaselineOf(node, surrogate, factors) is not { } text)
            {
                continue;
            }

            // A batch's mean is taken off what a group's was taken off before.
            if (text == "r - batch mean" && found is null)
            {
                found = text;
                continue;
            }

            if (found is not null && text != "r - group mean")
            {
                continue;
            }

            found = text;
            break;
        }

        return found is "r - group mean" or "r - batch mean" && factors.Scales.Concat(ScalesAround(advantage)).Any(IsLeaveOneOut) ? "r - mean of the others" : found;
    }

    private static bool IsPerElement(Node node) => node.Inputs.Any(input => Shape.Contains(input, part => part.Op is Op.Element or Op.Contents));

    private static string? BaselineOf(Node subtraction, Surrogate surrogate, TermFactors factors)
    {
        var mean = Shape.Base(subtraction[1]);
        switch (mean.Op)
        {
            case Op.Mean when Overlaps(subtraction[0], mean[0]):
                return IsGroup(mean, mean[0], mean.Axes, surrogate) ? "r - group mean" : "r - batch mean";
            case Op.Div:
                return Quotient(subtraction, mean, surrogate, factors);
            case Op.Forward:
                return "r - value estimate";
            case Op.Element or Op.Phi or Op.Group or Op.Concatenate:
                foreach (var input in mean.Inputs)
                {
                    if (Shape.Base(input) is { Op: Op.Mean } inner && Overlaps(subtraction[0], inner[0]))
                    {
                        return "r - group mean";
                    }
                }

                return null;
            case Op.Input or Op.Contents when !subtraction.IsScalar && Shape.Base(subtraction[0]).Number != mean.Number && Shape.Base(subtraction[0]).Op is Op.Input or Op.Contents or Op.Sub:
                return "r - given baseline";
            default:
                return null;
        }
    }

    private static string? Quotient(Node subtraction, Node quotient, Surrogate surrogate, TermFactors factors)
    {
        var sum = Shape.Base(quotient[0]);
        if (!Overlaps(subtraction[0], sum))
        {
            return null;
        }

        if (sum.Op == Op.Sub && Shape.Base(sum[0]).Op is Op.Sum or Op.LoopPhi && Shape.SameValue(Shape.Base(sum[1]), Shape.Base(subtraction[0])))
        {
            return "r - mean of the others";
        }

        if (sum.Op == Op.Sum && Shape.Base(sum[0]) is { Op: Op.Mul } product && Shape.Base(quotient[1]).Op == Op.Sum)
        {
            if (sum.Axes.IsTotal && product.Inputs.Any(weight => factors.Masks.Any(mask => Shape.Base(mask).Number == Shape.Base(weight).Number)))
            {
                // Over the tokens of all completions.
                return "r - batch mean";
            }

            return "r - length-weighted group mean";
        }

        if (sum.Op is Op.Sum or Op.LoopPhi)
        {
            return IsGroup(sum, sum.Op == Op.Sum ? sum[0] : sum, sum.Op == Op.Sum ? sum.Axes : Axes.All, surrogate) ? "r - group mean" : "r - batch mean";
        }

        return null;
    }

    private static bool IsGroup(Node at, Node of, Axes axes, Surrogate surrogate) =>
        AdvantageScaling.IsGroupWise(new Dispersion(at, of, axes), surrogate.HasCritic, surrogate.HasTokens);

    /// <summary>Numbers that multiply the advantage on its way.</summary>
    private static IEnumerable<Node> ScalesAround(Node advantage)
    {
        foreach (var node in Ancestry(advantage))
        {
            if (node.Op == Op.Mul)
            {
                yield return Shape.Unviewed(node[0]);
                yield return Shape.Unviewed(node[1]);
            }
            else if (node.Op == Op.Div)
            {
                yield return node;
            }
        }
    }

    /// <summary>G / (G - 1): what turns a centred reward into one less the mean of the others.</summary>
    private static bool IsLeaveOneOut(Node scale)
    {
        if (Numbers.ValueOf(scale) is { } number)
        {
            var size = number / (number - 1);
            return number is > 1 and < 2 && Math.Abs(size - Math.Round(size)) < 1e-6 * size;
        }

        return scale.Op == Op.Div && Shape.Base(scale[1]) is { Op: Op.Sub } less && Constants.IsNumber(less[1], 1)
            && Shape.Factors(scale[0]).Any(factor => Shape.SameValue(factor.Factor, less[0]));
    }

    /// <summary>A divergence from another policy that was taken off the reward, or an entropy that was taken off the advantage.</summary>
    private static string? PenaltyIn(Node advantage, Surrogate surrogate)
    {
        var old = surrogate.Term.Ratio is { } ratio && PolicyPatterns.Sides(ratio) is { } sides ? Shape.Base(UpdateLoop.Orient(sides.New, sides.Old).Old).Number : -1;
        foreach (var node in Ancestry(advantage))
        {
            if (node.Op != Op.Sub || Overlaps(node[0], node[1]))
            {
                continue;
            }

            var factors = Shape.Factors(node[1]);
            foreach (var (factor, divides, _) in factors)
            {
                if (divides || Canonical.IsPlainNumber(Shape.Base(factor)))
                {
                    continue;
                }

                if (Shape.Contains(factor, Entropies.IsEntropy))
                {
                    var isCentred = Ancestry(node[0]).Any(part => part.Op == Op.Sub && Overlaps(part[0], part[1]));
                    return $"entropy x {Beta(factors)} in the {(isCentred ? "advantage" : "reward")}";
                }

                var inner = Shape.Unviewed(factor);
                if (PolicyPatterns.Difference(inner) is { } difference
                    && (inner.Op == Op.Sum || difference.Inputs.Any(side => Shape.Base(side).Number == old))
                    && !difference.Inputs.Any(side => Shape.Base(side).Op is Op.Mean or Op.Range))
                {
                    return $"k1 x {Beta(factors)} in the reward";
                }
            }
        }

        return null;

        static string Beta(List<(Node Factor, bool Divides, Node At)> factors)
        {
            var numbers = factors.Where(factor => Canonical.IsPlainNumber(Shape.Base(factor.Factor))).ToList();
            double? product = 1;
            foreach (var (number, divides, _) in numbers)
            {
                product = divides ? product / Numbers.ValueOf(number) : product * Numbers.ValueOf(number);
            }

            return Numbers.Text(product);
        }
    }

    private static bool Overlaps(Node left, Node right)
    {
        if (Shape.Base(left).Number == Shape.Base(right).Number)
        {
            return true;
        }

        var numbers = new HashSet<int>();
        foreach (var node in Ancestry(left))
        {
            if (IsSource(node))
            {
                numbers.Add(node.Number);
            }
        }

        return Ancestry(right).Any(node => IsSource(node) && numbers.Contains(node.Number));

        static bool IsSource(Node node) => node.Op is Op.Input or Op.Contents or Op.Opaque or Op.Container or Op.Element or Op.Select or Op.Setting or Op.Forward or Op.LoopPhi;
    }

    /// <summary>A value and what it is made from, nearest first, without networks and tests.</summary>
    private static IEnumerable<Node> Ancestry(Node start)
    {
        var seen = new HashSet<Node>();
        var pending = new Queue<Node>();
        pending.Enqueue(start);
        while (pending.Count > 0 && seen.Count < MaximumVisits)
        {
            var node = pending.Dequeue();
            if (!seen.Add(node))
            {
                continue;
            }

            yield return node;
            if (node.Op is Op.Forward or Op.LogSoftmax or Op.Softmax or Op.Compare or Op.Random or Op.Std or Op.Var or Op.Norm or Op.Sqrt)
            {
                continue;
            }

            for (var i = 0; i < node.Inputs.Length; i++)
            {
                var isIndex = i > 0 && node.Op is Op.Select or Op.Element or Op.Gather or Op.View;
                if (!isIndex && !(i == 0 && node.Op == Op.Where))
                {
                    pending.Enqueue(node.Inputs[i]);
                }
            }
        }
    }
}
