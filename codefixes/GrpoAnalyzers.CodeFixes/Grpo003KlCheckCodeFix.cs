using System.Collections.Immutable;
using System.Composition;
using GrpoAnalyzers.CodeFixes.KlCheck;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>GRPO003: before the step, the loop is left when an estimate of the KL divergence from the rollout's policy exceeds a limit.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(Grpo003KlCheckCodeFix)), Shared]
public sealed class Grpo003KlCheckCodeFix : PlaceFix
{
    /// <summary>The kind of this fix.</summary>
    public const string Kind = FixKeys.KlCheck;

    /// <inheritdoc/>
    protected override string RuleId => "GRPO003";

    private protected override ImmutableArray<Alternative> Alternatives { get; } =
    [
        new(FixKeys.KlCheck, "Leave the loop when the KL divergence exceeds a limit", TryEdit),
        new(FixKeys.RuntimeGuard, "Leave the loop when a RatioGuard of GrpoAnalyzers.Runtime says so", RuntimeGuard.TryEdit),
    ];

    private static bool TryEdit(Defect defect)
    {
        var models = new Dictionary<SyntaxTree, SemanticModel>();
        return defect.Reported is { } reported
            && RepeatedUpdate.Of(reported, [defect.Surrogate]) is { } update
            && new KlCheckEdit(update, defect.Edits.At, ModelOf).TryMake();

        SemanticModel ModelOf(SyntaxNode node)
        {
            if (!models.TryGetValue(node.SyntaxTree, out var model))
            {
                models.Add(node.SyntaxTree, model = defect.Model(node));
            }

            return model;
        }
    }
}
