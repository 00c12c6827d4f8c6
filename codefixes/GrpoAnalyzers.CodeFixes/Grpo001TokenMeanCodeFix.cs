using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>GRPO001: an average over each completion's own tokens becomes one over the batch's tokens, or a sum divided by a constant.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(Grpo001TokenMeanCodeFix)), Shared]
public sealed class Grpo001TokenMeanCodeFix : PlaceFix
{
    /// <summary>The kind of the fix that comes first.</summary>
    public const string Kind = FixKeys.TokenMean;

    /// <inheritdoc/>
    protected override string RuleId => "GRPO001";

    private protected override ImmutableArray<Alternative> Alternatives { get; } =
    [
        new(FixKeys.TokenMean, "Divide the sum over the batch by its number of tokens", TokenCount.TryEdit),
        new(FixKeys.Constant, "Divide by a constant, the largest number of tokens a completion may have", ConstantNormaliser.TryEdit),
        new(FixKeys.RuntimeObjective, "Compute the loss with GrpoAnalyzers.Runtime", RuntimeObjective.TryEdit) { HidesNothing = true },
    ];
}
