using GrpoAnalyzers.Graph;
using GrpoAnalyzers.Trainer;
using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Rules;

/// <summary>GRPO001: each completion's surrogate is divided by its own length before completions are combined.</summary>
internal sealed class LengthNormalisedSurrogateRule : TrainerRule
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptors.Warning(
        "GRPO001",
        "Surrogate is normalised by each completion's own length",
        "{0} weights every token by 1/length of its own completion, so tokens that completions share get a gradient that prefers short answers; "
            + "divide the sum over the batch by the number of its tokens, or by a constant",
        "Token weights that depend on a completion's length do not cancel on prefix tokens shared by a group, although the advantages sum to "
            + "zero: the policy drifts towards short positively rewarded completions (arXiv 2601.05002, proposition 1).");

    public override DiagnosticDescriptor Descriptor => Rule;

    public override IEnumerable<Finding> Find(TrainerModel model)
    {
        foreach (var surrogate in model.Surrogates)
        {
            if (surrogate.LengthNormalisation is { } at)
            {
                var what = at.Op == Op.Mean ? "The mean over one completion's tokens" : "Dividing by the completion's own length";
                yield return new Finding(Descriptor, at.Site, surrogate.Root, what) { CallsToDecision = CallsToDecision(at), Defect = (surrogate, at) };
            }
        }
    }

    /// <summary>A helper that averages over the axis it is told is in order: the call that tells it is not.</summary>
    private static int CallsToDecision(Node at)
    {
        var calls = 0;
        Note(at);
        foreach (var input in at.Inputs)
        {
            Note(Shape.Base(input));
        }

        if (calls == 0 && at.Op == Op.Div)
        {
            Shape.Contains(at[1], node =>
            {
                Note(node);
                return calls > 0;
            });
        }

        return calls;

        void Note(Node node)
        {
            if (node.Data is Axes { CallsToDecision: > 0 } axes && CallsBetween(at.Site, node.Site) is { } between)
            {
                calls = Math.Max(calls, axes.CallsToDecision + between);
            }
        }
    }

    /// <summary>How many calls up from a place the body stands in which another place is; null where it is in none of them.</summary>
    private static int? CallsBetween(Site place, Site other)
    {
        var calls = 0;
        for (var site = place; site is not null; site = site.Caller, calls++)
        {
            if (site.Caller == other.Caller)
            {
                return calls;
            }
        }

        return null;
    }
}
