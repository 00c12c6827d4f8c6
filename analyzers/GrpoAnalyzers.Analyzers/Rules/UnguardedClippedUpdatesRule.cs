using System.Globalization;
using GrpoAnalyzers.Trainer;
using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Rules;

/// <summary>GRPO003: a clipped-ratio surrogate is updated two or more times on the same old log-probabilities with no guard.</summary>
internal sealed class UnguardedClippedUpdatesRule : TrainerRule
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptors.Warning(
        "GRPO003",
        "Several clipped updates on one rollout without a trust-region check",
        "{0} on the same old log-probabilities without a look at how far the policy has moved: where the clip has stopped the gradient, {1}, past "
            + "the clip boundary; leave the loop when an estimate of the KL from the old policy exceeds a limit",
        "When clipping has zeroed the gradient, momentum still drives the policy past the clip boundary in the remaining updates on the same "
            + "rollout (arXiv 2601.05002, propositions 3 and 7, equation 36).");

    public override DiagnosticDescriptor Descriptor => Rule;

    public override IEnumerable<Finding> Find(TrainerModel model)
    {
        foreach (var surrogate in model.Surrogates)
        {
            foreach (var update in surrogate.UnguardedLoops)
            {
                yield return new Finding(Descriptor, update.Step.Site, surrogate.Root, Repetition(update), Residual(surrogate, update))
                {
                    Defect = (surrogate, surrogate.Term.Policy),
                };
            }
        }
    }

    private static string Repetition(UpdateLoop update) => update switch
    {
        { IsAssumed: true } => "This update is repeated, when its loop has more than one round,",
        { Count: { } count } => string.Format(CultureInfo.InvariantCulture, "This update is made {0} times", count),
        _ => "This update is repeated",
    };

    /// <summary>How much of a step is left after clipping, equation 37 of the paper with the constants found in the code.</summary>
    private static string Residual(Surrogate surrogate, UpdateLoop update)
    {
        foreach (var optimizer in surrogate.Optimizers)
        {
            if (optimizer is { IsAdamFamily: true, Beta1: { } beta1, Beta2: { } beta2 } && Overshoot.Residual(beta1, beta2, 1) is { } first)
            {
                var later = Math.Max(2, (update.Count ?? 6) - 1);
                var last = Overshoot.Residual(beta1, beta2, later) ?? first;
                return string.Format(
                    CultureInfo.InvariantCulture,
                    "{0} (beta1 {1}, beta2 {2}) still takes {3:P0} of its step at once and {4:P0} in clipped update {5}",
                    optimizer.Kind,
                    beta1,
                    beta2,
                    first,
                    last,
                    later);
            }
        }

        return "the optimiser's momentum still moves the weights";
    }
}
