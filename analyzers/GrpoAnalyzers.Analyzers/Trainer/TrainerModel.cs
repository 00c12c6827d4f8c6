using GrpoAnalyzers.Graph;

namespace GrpoAnalyzers.Trainer;

/// <summary>A type that trains, as the rules see it: the surrogates of its losses.</summary>
internal sealed class TrainerModel
{
    private TrainerModel(IReadOnlyList<Surrogate> surrogates, TrainerOptions options)
    {
        Surrogates = surrogates;
        Options = options;
    }

    public IReadOnlyList<Surrogate> Surrogates { get; }

    public TrainerOptions Options { get; }

    /// <summary>The model of what was read.</summary>
    /// <param name="readings">The readings of the type's entries.</param>
    /// <param name="owns">Whether a loss belongs to the type: its backward call stands in it.</param>
    /// <param name="options">What the user set.</param>
    public static TrainerModel Of(IEnumerable<TrainerReading> readings, Func<LossRoot, bool> owns, TrainerOptions options)
    {
        var surrogates = new List<Surrogate>();
        foreach (var reading in readings)
        {
            foreach (var root in reading.Roots.Append(reading.Returned))
            {
                if (root is null || !owns(root))
                {
                    continue;
                }

                foreach (var term in root.Terms)
                {
                    if (IsSurrogate(term))
                    {
                        surrogates.Add(new Surrogate(reading, root, term, root.Terms, options));
                    }
                }
            }
        }

        return new TrainerModel(surrogates, options);
    }

    /// <summary>Whether a term pushes the policy by advantages: a clipped pair does; a ratio or log-probability with such a factor does.</summary>
    private static bool IsSurrogate(LossTerm term)
    {
        switch (term.Form)
        {
            case PolicyForm.ClippedPair or PolicyForm.SoftGate:
                return true;
            case PolicyForm.Ratio or PolicyForm.ClippedRatio or PolicyForm.LogProb or PolicyForm.LogRatio:
                var masks = new HashSet<int>();
                foreach (var (factor, divides, _) in term.Weights)
                {
                    if (divides && Shape.Base(factor) is { Op: Op.Sum } or { Op: Op.Clamp } or { Op: Op.Add })
                    {
                        CollectMasks(factor, masks);
                    }
                }

                return term.Weights.Any(weight => !weight.Divides && IsAdvantage(weight.Factor, term, masks));
            default:
                return false;
        }
    }

    private static void CollectMasks(Node divisor, HashSet<int> masks) =>
        Shape.Contains(divisor, node =>
        {
            if (node.Op == Op.Sum)
            {
                masks.Add(Shape.Base(node[0]).Number);
            }

            return false;
        });

    private static bool IsAdvantage(Node factor, LossTerm term, HashSet<int> masks)
    {
        var node = Shape.Base(factor);
        if (Canonical.IsPlainNumber(node) || Shape.IsTruth(node) || masks.Contains(node.Number) || Shape.CarriesGradient(factor))
        {
            return false;
        }

        if (term.Form == PolicyForm.LogProb && term.Policy.IsSupervised)
        {
            return node.Op is Op.Input or Op.Contents || Shape.Contains(node, part => part.Op == Op.Sub && !part.IsScalar || part.Op is Op.Std, part => part.Op == Op.Forward)
                || Shape.Contains(node, part => part.Op == Op.Sub && part.Inputs.Any(side => Shape.Base(side).Op is Op.Mean or Op.Div), part => part.Op == Op.Forward);
        }

        // Probabilities weight the log-probabilities of an expectation; exp(ref - lp) alone is a part of a divergence.
        return node.Op is not (Op.Softmax or Op.Entropy) && !(node.Op == Op.Exp && Shape.IsLogProb(node[0]));
    }
}
