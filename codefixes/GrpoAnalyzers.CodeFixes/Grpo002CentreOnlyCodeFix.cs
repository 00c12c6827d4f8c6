using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>GRPO002: <c>(r - mean) / (std + epsilon)</c> becomes <c>r - mean</c>, and what only served the division goes.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(Grpo002CentreOnlyCodeFix)), Shared]
public sealed class Grpo002CentreOnlyCodeFix : PlaceFix
{
    /// <summary>The kind of this fix.</summary>
    public const string Kind = FixKeys.CentreOnly;

    /// <inheritdoc/>
    protected override string RuleId => "GRPO002";

    private protected override ImmutableArray<Alternative> Alternatives { get; } =
    [
        new(FixKeys.CentreOnly, "Subtract the mean and do not divide", CentredAdvantages.TryEdit),
        new(FixKeys.RuntimeAdvantages, "Estimate the advantages with GrpoAnalyzers.Runtime", RuntimeAdvantages.TryEdit) { HidesNothing = true },
    ];
}
