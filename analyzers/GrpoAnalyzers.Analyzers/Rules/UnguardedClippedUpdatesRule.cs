using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Rules;

/// <summary>GRPO003: a clipped-ratio surrogate is updated two or more times on the same old log-probabilities with no guard.</summary>
internal static class UnguardedClippedUpdatesRule
{
    public static readonly DiagnosticDescriptor Descriptor = RuleDescriptors.Warning(
        "GRPO003",
        "Several clipped updates on one rollout without a trust-region check",
        "{0} without checking how far the policy has moved: clipping sets the gradient to zero, but {1} goes on moving the weights ({2}), past "
            + "the clip boundary; {3}",
        "When clipping has zeroed the gradient, momentum still drives the policy past the clip boundary in the remaining updates on the same "
            + "rollout (arXiv 2601.05002, propositions 3 and 7, equation 36).");
}
