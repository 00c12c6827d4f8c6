using GrpoAnalyzers.Graph;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>Whether a gradient is computed from a part of what one step is made of: then the part's token count is no denominator.</summary>
internal static class PartOfBatch
{
    public static bool IsSeenBy(Defect defect)
    {
        if (defect.Surrogate.Root.Backward is not { Loop: { } loop } backward)
        {
            return false;
        }

        var steps = defect.Surrogate.Steps;
        return steps.Count > 0 && !steps.Any(step => step.Loop?.IsInside(loop) == true && !IsSometimes(step, backward));
    }

    /// <summary>A step under a condition that the backward call does not depend on: made once in several rounds.</summary>
    private static bool IsSometimes(Event step, Event backward) =>
        step.Site.Syntax is { } syntax
        && syntax.Ancestors().TakeWhile(node => node is not (ForStatementSyntax or ForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax or MemberDeclarationSyntax))
            .Any(node => node is IfStatementSyntax branch && branch.Statement.Span.Contains(syntax.Span)
                && !(backward.Site.Syntax is { } gradient && gradient.SyntaxTree == branch.SyntaxTree && branch.Span.Contains(gradient.Span)));
}
