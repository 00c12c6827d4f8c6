using GrpoAnalyzers.Trainer;
using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Rules;

/// <summary>GRPO002: advantages are divided by the standard deviation of their own group and an Adam-family optimiser steps on them.</summary>
internal sealed class GroupStdUnderAdamRule : TrainerRule
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptors.Warning(
        "GRPO002",
        "Advantages are divided by their group's standard deviation under an Adam-family optimiser",
        "This divides advantages by the spread of their own group; {0} removes any global scale from its step, so what is left is a weight of 1/std "
            + "on each prompt, largest for nearly solved and nearly hopeless ones; subtract the mean and leave the scale alone",
        "AdamW's update does not change when all rewards are multiplied by a constant, so dividing by a group's standard deviation does not "
            + "stabilise the step; it only re-weights prompts (arXiv 2601.05002, proposition 2).");

    public override DiagnosticDescriptor Descriptor => Rule;

    public override IEnumerable<Finding> Find(TrainerModel model)
    {
        foreach (var surrogate in model.Surrogates)
        {
            if (surrogate.AdvantageScaling is { IsGroup: true } scaling && surrogate.AdamFamily is { } optimizer)
            {
                yield return new Finding(Descriptor, scaling.At.Site, surrogate.Root, optimizer.Kind) { ReadAt = scaling.ReadAt, Defect = (surrogate, scaling.At) };
            }
        }
    }
}
