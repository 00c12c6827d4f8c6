using GrpoAnalyzers.Graph;
using GrpoAnalyzers.Trainer;

namespace GrpoAnalyzers.Fingerprint;

/// <summary>The terms of a loss beside the surrogate: divergences and entropy, with estimator and coefficient.</summary>
internal static class RegulariserReading
{
    public static Part Of(Surrogate surrogate, Part weighting, AdvantageReading advantage)
    {
        if (surrogate.Terms.Any(term => term.Form == PolicyForm.Unread))
        {
            return Part.Unknown("a term of the loss is not understood");
        }

        var found = new List<string>();
        var seen = new HashSet<int>();
        foreach (var term in surrogate.Terms)
        {
            var factors = TermFactors.Of(term);
            if (NameOf(term, factors) is not { } name || !seen.Add(term.Policy.Number))
            {
                continue;
            }

            var coefficient = Coefficient(term, surrogate.Term);
            if (factors.Importance.Count > 0 || term.Weights.Any(weight => !weight.Divides && ImportanceReading.RatioIn(weight.Factor) is not null))
            {
                name = "ratio x " + name;
            }

            // The entropy is the negative of the expected log-probability that stands in the loss.
            var isNegative = term.IsNegative != (name is "entropy" or "log-likelihood" && term.Form == PolicyForm.LogProb);
            var text = coefficient is { } number ? $"{name} x {Numbers.Text(isNegative ? -number : number)}" : $"{name} x {(isNegative ? "-" : "")}{Numbers.Text(coefficient)}";
            var own = WeightingReading.Of(
                term,
                factors,
                isSequence: false,
                surrogate.Root.Backward?.Loop,
                null,
                CompletionLoop.Of(surrogate.Term, surrogate.Root.Backward?.Loop) is not null,
                new HashSet<Node>(term.Path.Select(step => step.At).Except(surrogate.Term.Path.Select(step => step.At))));
            var hasFilter = weighting.Text?.StartsWith("M", StringComparison.Ordinal) == false && own.Text?.StartsWith("M", StringComparison.Ordinal) == true;
            found.Add((Bare(own.Text) == Bare(weighting.Text, advantage.Deviation) && !hasFilter) || own.Text is null ? text : $"{text} ({own.Text})");
        }

        if (advantage.Penalty is { } penalty)
        {
            found.Add(penalty);
        }

        return Part.Of(found.Count == 0 ? "none" : string.Join(", ", found));
    }

    private static string? NameOf(LossTerm term, TermFactors factors) => term.Form switch
    {
        PolicyForm.Divergence => term.Estimator,
        PolicyForm.Entropy => "entropy",
        PolicyForm.LogProb when term.Weights.Any(weight => !weight.Divides && Entropies.IsOwnProbability(weight.Factor, term.Policy)) => "entropy",
        // Log-probabilities alone: their difference from stored ones where the loss pushes them down, a likelihood where it pushes them up.
        PolicyForm.LogProb when factors.Advantage is null && factors.Importance.Count + factors.Others.Count + factors.Filters.Count + factors.TokenWeights.Count == 0 => term.IsNegative ? "log-likelihood" : "k1",
        PolicyForm.LogRatio => term.Weights.Any(weight => !weight.Divides && !Canonical.IsPlainNumber(Shape.Base(weight.Factor)) && Shape.IsSpread(weight.Factor)) ? null : "k1",
        _ => null,
    };

    /// <summary>A weighting without what only the surrogate has: its deviation and filters.</summary>
    private static string? Bare(string? weighting, string? deviation = null)
    {
        if (weighting is null)
        {
            return null;
        }

        var parts = weighting.Split(' ', '/', '(', ')').Where(part => part.Length > 0 && part != deviation && part != "M" && part != "1");
        return string.Join(" ", parts);
    }

    /// <summary>The product of the numbers that the term alone is multiplied with.</summary>
    private static double? Coefficient(LossTerm term, LossTerm surrogate)
    {
        var shared = new HashSet<Node>(surrogate.Path.Select(step => step.At));
        var product = 1.0;
        foreach (var step in term.Path)
        {
            if (step.Factor is null || step.Kind is not (StepKind.Scale or StepKind.Divide) || shared.Contains(step.At))
            {
                continue;
            }

            foreach (var (factor, divides, _) in Shape.Factors(step.Factor))
            {
                if (!Canonical.IsPlainNumber(Shape.Base(factor)))
                {
                    continue;
                }

                if (Numbers.ValueOf(factor) is not { } number)
                {
                    return null;
                }

                product = divides != (step.Kind == StepKind.Divide) ? product / number : product * number;
            }
        }

        // k2 is half the square.
        return term.Estimator == "k2" ? 2 * product : product;
    }
}
