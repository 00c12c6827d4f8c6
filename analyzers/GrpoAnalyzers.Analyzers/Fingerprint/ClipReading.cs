using GrpoAnalyzers.Graph;
using GrpoAnalyzers.Trainer;

namespace GrpoAnalyzers.Fingerprint;

/// <summary>The surrogate's form and its clip.</summary>
internal sealed record ClipReading(Part Surrogate, Part Clip, bool StopsGradient)
{
    public static ClipReading Of(LossTerm term, TermFactors factors)
    {
        switch (term.Form)
        {
            case PolicyForm.ClippedPair:
                return new ClipReading(Part.Of("min(s A, clip(s) A)"), Pair(term), StopsGradient: true);
            case PolicyForm.ClippedRatio:
                return new ClipReading(Part.Of("clip(s) A"), Pair(term), StopsGradient: true);
            case PolicyForm.SoftGate:
                return new ClipReading(Part.Of("sigmoid gate of s, times A"), SoftGate(term), StopsGradient: false);
            case PolicyForm.Ratio:
                return OfRatio(term, factors);
            default:
                return OfLogProb(factors);
        }
    }

    /// <summary>The clip of a surrogate that is read in several arms: the one that bounds most.</summary>
    public static Part Strongest(IReadOnlyList<ClipReading> clips)
    {
        var texts = clips.Select(clip => clip.Clip).ToList();
        return texts.Find(text => text.Text?.Contains("dual") == true) ?? Part.Common(texts);
    }

    /// <summary>The bounds of a weight; null where it has none.</summary>
    public static Part? BoundsOf(Node weight) => ImportanceReading.ClampIn(weight) is { } clamp ? Bounds(clamp[1], clamp[2]) : null;

    private static ClipReading OfRatio(LossTerm term, TermFactors factors)
    {
        if (term.Ratio is { } ratio && LogClamp(ratio[0], 12) is { } clamp)
        {
            var low = clamp.Low is { } least ? Numbers.Text(least) : "none";
            var high = clamp.High is { } most ? Numbers.Text(most) : "none";
            return new ClipReading(Part.Of("s A"), Part.Of($"in log space, by the sign of A: [{low}, {high}]"), StopsGradient: true);
        }

        return factors.Filters.Any(TermFactors.IsOfRatio)
            ? new ClipReading(Part.Of("s A"), Part.Of("tokens dropped by a test"), StopsGradient: true)
            : new ClipReading(Part.Of("s A"), Part.Of("none"), StopsGradient: false);
    }

    private static ClipReading OfLogProb(TermFactors factors)
    {
        if (factors.Importance.Count == 0)
        {
            return new ClipReading(Part.Of("log pi A"), Part.Of("none"), StopsGradient: false);
        }

        var clamp = ImportanceReading.ClampIn(factors.Importance[0]);
        var bounds = clamp is null ? Part.Of("none") : Bounds(clamp[1], clamp[2]);
        var text = bounds.IsKnown && clamp is not null ? Part.Of($"of the weight, {bounds.Text}") : bounds;
        if (factors.Filters.Any(TermFactors.IsOfRatio))
        {
            return new ClipReading(Part.Of("stop(s) log pi A"), Part.Of(clamp is null ? "tokens dropped by a test" : $"{text}; tokens dropped by a test"), StopsGradient: true);
        }

        return new ClipReading(Part.Of("stop(s) log pi A"), text, StopsGradient: false);
    }

    private static Part Pair(LossTerm term)
    {
        if (term.Clip is not var (low, high))
        {
            return Part.Unknown("the clip's bounds are not found");
        }

        var bounds = Bounds(low, high);
        if (bounds.Text is not { } text)
        {
            return bounds;
        }

        if (Cap(term) is { } cap)
        {
            return Part.Of($"{text}; the ratio at most {Numbers.Text(cap)} where it is not clipped");
        }

        return DualBound(term) is { } dual ? Part.Of($"{text}; dual at {Numbers.Text(dual)} for negative advantages") : bounds;
    }

    /// <summary>The bound of the ratio on the side that is not clipped.</summary>
    private static Node? Cap(LossTerm term)
    {
        if (term.Policy.Op != Op.Min)
        {
            return null;
        }

        foreach (var side in term.Policy.Inputs)
        {
            foreach (var (factor, _, _) in Shape.Factors(side))
            {
                var clamp = Shape.Unviewed(factor);
                if (clamp.Op == Op.Clamp && Constants.IsNone(clamp[1]) && term.Clip is var (_, high) && !ReferenceEquals(clamp[2], high) && clamp[2].Number != high.Number)
                {
                    return clamp[2];
                }
            }
        }

        return null;
    }

    /// <summary>max(pair, c A): the constant c.</summary>
    private static double? DualBound(LossTerm term)
    {
        foreach (var step in term.Path)
        {
            if (step.Kind != StepKind.Nonlinear || step.At.Op is not (Op.Max or Op.Min))
            {
                continue;
            }

            foreach (var side in step.At.Inputs)
            {
                var numbers = Shape.Factors(side).Where(factor => !factor.Divides && Numbers.ValueOf(factor.Factor) is not null).ToList();
                if (numbers.Count > 0 && !Shape.Contains(side, node => ReferenceEquals(node, term.Policy)))
                {
                    return numbers.Select(number => Math.Abs(Numbers.ValueOf(number.Factor)!.Value)).Aggregate((left, right) => left * right);
                }
            }
        }

        return null;
    }

    private static Part SoftGate(LossTerm term)
    {
        var temperature = Shape.Factors(term.Policy[0]).Where(factor => Shape.Unviewed(factor.Factor).Op != Op.Sub).Select(factor => Shape.Unviewed(factor.Factor)).FirstOrDefault();
        if (temperature is null)
        {
            return Part.Of("soft, temperature 1");
        }

        var isReversed = temperature.Op == Op.Where && temperature[0] is { Op: Op.Compare, Data: Comparison.Less or Comparison.LessOrEqual };
        return temperature.Op == Op.Where
            ? Part.Of($"soft, temperature {Numbers.Text(temperature[isReversed ? 2 : 1])} and {Numbers.Text(temperature[isReversed ? 1 : 2])} by the sign of A")
            : Part.Of($"soft, temperature {Numbers.Text(temperature)}");
    }

    private static Part Bounds(Node low, Node high)
    {
        var (hasLow, hasHigh) = (!Constants.IsNone(low), !Constants.IsNone(high));
        var (least, most) = (hasLow ? Numbers.ValueOf(low) : null, hasHigh ? Numbers.ValueOf(high) : null);
        if ((hasLow && least is null) || (hasHigh && most is null))
        {
            return Margin(low) is { } under && Margin(high) is { } over && under.Number == over.Number
                ? Part.Of("symmetric, 1 +- a parameter")
                : Part.Unknown("the clip's bounds are given at run time");
        }

        return (least, most) switch
        {
            ({ } l, { } h) => Part.Of($"{(Math.Abs((1 - l) - (h - 1)) < 1e-6 ? "symmetric" : "asymmetric")}, [{Numbers.Text(l)}, {Numbers.Text(h)}]"),
            ({ } l, null) => Part.Of($"from below, {Numbers.Text(l)}"),
            (null, { } h) => Part.Of($"from above, {Numbers.Text(h)}"),
            _ => Part.Of("none"),
        };
    }

    /// <summary>The epsilon of 1 - epsilon and 1 + epsilon.</summary>
    private static Node? Margin(Node bound)
    {
        var node = Shape.Unviewed(bound);
        return node.Op is Op.Add or Op.Sub ? Constants.IsNumber(node[0], 1) ? Shape.Unviewed(node[1]) : Constants.IsNumber(node[1], 1) ? Shape.Unviewed(node[0]) : null : null;
    }

    /// <summary>The bounds of clamps inside the exponent, in whichever arms they stand.</summary>
    private static (Node? Low, Node? High)? LogClamp(Node exponent, int depth)
    {
        if (depth == 0)
        {
            return null;
        }

        var node = Shape.Base(exponent);
        switch (node.Op)
        {
            case Op.Clamp:
                return (Constants.IsNone(node[1]) ? null : node[1], Constants.IsNone(node[2]) ? null : node[2]);
            case Op.Sum or Op.Mean or Op.Neg or Op.Div:
                return LogClamp(node[0], depth - 1);
            case Op.Min or Op.Max or Op.Mul:
                return LogClamp(node[0], depth - 1) ?? LogClamp(node[1], depth - 1);
            case Op.Where:
                var yes = LogClamp(node[1], depth - 1);
                var no = LogClamp(node[2], depth - 1);
                return yes is null ? no : no is null ? yes : (yes.Value.Low ?? no.Value.Low, yes.Value.High ?? no.Value.High);
            default:
                return null;
        }
    }
}
