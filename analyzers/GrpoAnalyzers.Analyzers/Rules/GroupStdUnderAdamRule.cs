using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Rules;

/// <summary>GRPO002: advantages are divided by the standard deviation of their own group and an Adam-family optimiser steps on them.</summary>
internal static class GroupStdUnderAdamRule
{
    public static readonly DiagnosticDescriptor Descriptor = RuleDescriptors.Warning(
        "GRPO002",
        "Advantages are divided by their group's standard deviation under an Adam-family optimiser",
        "{0} divides advantages by the standard deviation of their own group; {1} removes any global scale, so all that is left is a weight of "
            + "1/std on each prompt, largest for nearly solved and nearly hopeless ones; {2}",
        "AdamW's update does not change when all rewards are multiplied by a constant, so dividing by a group's standard deviation does not "
            + "stabilise the step; it only re-weights prompts (arXiv 2601.05002, proposition 2).");
}
