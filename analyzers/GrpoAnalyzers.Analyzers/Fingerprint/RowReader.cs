using System.Globalization;
using GrpoAnalyzers.Trainer;

namespace GrpoAnalyzers.Fingerprint;

/// <summary>Reads the rows of a trainer's losses: one for each surrogate, whatever the number of places at which it is added up.</summary>
internal static class RowReader
{
    public static IEnumerable<(LossRow Row, Surrogate Surrogate)> Read(TrainerModel model)
    {
        foreach (var same in model.Surrogates.GroupBy(surrogate => (surrogate.Root, surrogate.Term.Form, (surrogate.Term.Ratio ?? surrogate.Term.Policy).Number)))
        {
            var surrogates = same.ToList();
            yield return (RowOf(surrogates), surrogates[0]);
        }
    }

    private static LossRow RowOf(IReadOnlyList<Surrogate> surrogates)
    {
        var rows = surrogates.Select(surrogate => (Surrogate: surrogate, Factors: TermFactors.Of(surrogate.Term))).ToList();
        var (first, factors) = rows[0];
        var ratio = RatioReading.Of(first.Term, factors, first.Root.Backward?.Loop);
        var advantages = rows.Select(row => AdvantageReading.Of(row.Surrogate, row.Factors)).ToList();
        var weightings = rows.Select((row, index) => WeightingReading.Of(row.Surrogate.Term, row.Factors, ratio.IsSequence, row.Surrogate.Root.Backward?.Loop, advantages[index].Deviation)).ToList();
        var updates = UpdateCount.Of(first, factors, ratio);
        var clips = rows.Select(row => ClipReading.Of(row.Surrogate.Term, row.Factors)).ToList();
        return new LossRow(
            Part.Common(weightings),
            ratio.Text,
            Part.Common([.. clips.Select(clip => clip.Surrogate).Distinct()]),
            ClipReading.Strongest(clips),
            RegulariserReading.Of(first, weightings[0], advantages[0]),
            Part.Common([.. advantages.Select(advantage => advantage.Text)]),
            updates.Text,
            OptimiserOf(first),
            ResidualOf(first, updates.Count, clips));
    }

    private static Part OptimiserOf(Surrogate surrogate)
    {
        var optimizers = surrogate.Optimizers.Distinct().ToList();
        if (surrogate.Root.Backward is null)
        {
            return Part.Unknown("the loss is stepped on elsewhere");
        }

        if (optimizers.Count == 0)
        {
            return Part.Unknown("its construction is not in the code");
        }

        return optimizers.Count > 1 ? Part.Unknown("one of " + string.Join(", ", optimizers.Select(optimizer => optimizer.Kind))) : Part.Of(TextOf(optimizers[0]));
    }

    private static string TextOf(OptimizerFacts optimizer)
    {
        if (!optimizer.IsAdamFamily)
        {
            return optimizer.Kind == "SGD" ? $"SGD (momentum {Numbers.Text(optimizer.Momentum)})" : optimizer.Kind;
        }

        return $"{optimizer.Kind} (betas {Numbers.Text(optimizer.Beta1)}, {Numbers.Text(optimizer.Beta2)}; eps {Numbers.Text(optimizer.Epsilon)}; "
            + $"weight decay {Numbers.Text(optimizer.WeightDecay)})";
    }

    /// <summary>What equation 36 says is left of a step after clipping, for the constants found.</summary>
    private static Part ResidualOf(Surrogate surrogate, int? updates, IReadOnlyList<ClipReading> clips)
    {
        if (!clips.Any(clip => clip.StopsGradient))
        {
            return Part.Of("none: no clip stops the gradient");
        }

        if (updates == 1)
        {
            return Part.Of("none: one update a rollout");
        }

        var optimizers = surrogate.Optimizers.Distinct().ToList();
        if (optimizers.Count != 1)
        {
            return Part.Unknown("the optimiser is not known");
        }

        var optimizer = optimizers[0];

        if (optimizer is { Kind: "SGD", Momentum: 0 })
        {
            return Part.Of("0: no momentum");
        }

        if (optimizer is not { IsAdamFamily: true, Beta1: { } beta1, Beta2: { } beta2 } || Overshoot.Residual(beta1, beta2, 1) is not { } first)
        {
            return Part.Unknown("the optimiser's decays are not known");
        }

        if (updates is not (> 2 and { } count) || Overshoot.Residual(beta1, beta2, count - 1) is not { } last)
        {
            return Part.Of(string.Format(CultureInfo.InvariantCulture, "{0:0.000} of a step at once", first));
        }

        return Part.Of(string.Format(CultureInfo.InvariantCulture, "{0:0.000} of a step at once, {1:0.000} after {2} clipped updates", first, last, count - 1));
    }
}
