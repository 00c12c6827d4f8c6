using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Rules;

/// <summary>GRPO001: each completion's surrogate is divided by its own length before completions are combined.</summary>
internal static class LengthNormalisedSurrogateRule
{
    public static readonly DiagnosticDescriptor Descriptor = RuleDescriptors.Warning(
        "GRPO001",
        "Surrogate is normalised by each completion's own length",
        "{0} weights every token by 1/length of its own completion, so tokens of a prefix that completions share get a gradient that prefers "
            + "short answers; {1}",
        "Token weights that depend on a completion's length do not cancel on prefix tokens shared by a group, although the advantages sum to "
            + "zero: the policy drifts towards short positively rewarded completions (arXiv 2601.05002, proposition 1).");
}
