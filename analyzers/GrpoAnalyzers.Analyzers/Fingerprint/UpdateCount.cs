using System.Globalization;
using GrpoAnalyzers.Graph;
using GrpoAnalyzers.Trainer;

namespace GrpoAnalyzers.Fingerprint;

/// <summary>How many updates use the same row of a rollout.</summary>
internal sealed record UpdateCount(Part Text, int? Count)
{
    public static UpdateCount Of(Surrogate surrogate, TermFactors factors, RatioReading ratio)
    {
        if (surrogate.Root.Backward is not { } backward)
        {
            return new UpdateCount(Part.Unknown("the loss is updated elsewhere"), null);
        }

        if (surrogate.Steps.Count == 0)
        {
            return new UpdateCount(Part.Unknown("no optimiser step is in the code"), null);
        }

        // What a rollout stored: the old log-probabilities, or the advantages where there are none.
        var stored = ratio.Ratio is not null && PolicyPatterns.Sides(ratio.Ratio) is { } sides ? UpdateLoop.Orient(sides.New, sides.Old).Old : null;
        stored = stored is null || Shape.CarriesGradient(stored) || ratio.Text.Text?.StartsWith("one", StringComparison.Ordinal) == true || Inside(stored) ? factors.Advantage : stored;
        if (stored is null)
        {
            return new UpdateCount(Part.Unknown("what the rollout stored is not found"), null);
        }

        var updates = 1;
        for (var loop = surrogate.Steps[0].Loop; loop is not null; loop = loop.Parent)
        {
            if (backward.Loop?.IsInside(loop) != true || Variation.In(stored, loop) != Change.None)
            {
                continue;
            }

            if (UpdateLoop.Rounds(loop) is not { Count: { } rounds })
            {
                return new UpdateCount(Part.Unknown("as many as its loop has rounds"), null);
            }

            updates *= Math.Max(rounds, 1);
        }

        return new UpdateCount(Part.Of(updates.ToString(CultureInfo.InvariantCulture)), updates);

        static bool Inside(Node node) => Shape.Contains(node, part => part.Op == Op.Detach && Shape.CarriesGradient(part[0]));
    }
}
