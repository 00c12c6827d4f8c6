using System.Collections.Immutable;
using GrpoAnalyzers.Fingerprint;
using GrpoAnalyzers.Trainer;
using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Rules;

/// <summary>GRPO000: the row of the unified formulation that a loss is. It reports no defect and is hidden; <c>grpo fingerprint</c> prints it.</summary>
internal sealed class FingerprintRule : TrainerRule
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptors.Hidden(
        "GRPO000",
        "The row of the unified formulation that a loss is",
        "This loss is {0}: weighting {1}, ratio {2}, surrogate {3}, clip {4}, regulariser {5}, advantage {6}, updates a rollout {7}, optimiser {8}, residual step {9}",
        "A loss of the GRPO family is a choice of token weights, ratio with its clip, regulariser and advantage (arXiv 2601.05002, equation 1 and Table 1).");

    public override DiagnosticDescriptor Descriptor => Rule;

    public override IEnumerable<Finding> Find(TrainerModel model)
    {
        foreach (var (row, surrogate) in RowReader.Read(model))
        {
            if (row.IsWhole || model.Options.ReportPartialFingerprints)
            {
                var parts = row.Parts.ToList();
                yield return new Finding(Descriptor, surrogate.Term.Policy.Site, surrogate.Root, [.. parts.Select(part => part.Text)])
                {
                    Properties = parts.ToImmutableDictionary(part => part.Name, part => (string?)part.Text),
                };
            }
        }
    }
}
