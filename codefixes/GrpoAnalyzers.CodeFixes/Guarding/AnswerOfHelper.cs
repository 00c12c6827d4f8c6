using GrpoAnalyzers.CodeFixes.KlCheck;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes.Guarding;

/// <summary>A helper that computes the loss: it is handed the guard, and hands out its answer.</summary>
/// <param name="Call">The call of the helper, in the function of the step.</param>
/// <param name="Function">The helper.</param>
/// <param name="End">The return that it ends with, before which the guard is asked.</param>
internal sealed record AnswerOfHelper(InvocationExpressionSyntax Call, SyntaxNode Function, ReturnStatementSyntax End)
{
    public static AnswerOfHelper? Of(RepeatedUpdate update, ExpressionSyntax ratio, ExpressionStatementSyntax step)
    {
        var function = Functions.Around(ratio);
        return update.Ratio.Site.Caller?.Syntax is InvocationExpressionSyntax call && call != update.Step && Functions.Around(call) == Functions.Around(step)
            && function is MethodDeclarationSyntax or LocalFunctionStatementSyntax && !function.ChildTokens().Any(token => token.Text == "async")
            && !Functions.LoopsAround(ratio).Any() && Functions.Listed(ratio) is { Parent: BlockSyntax block } && block == Functions.BodyOf(function)
            && block.Statements.Last() is ReturnStatementSyntax end && IsReadable(call, step)
                ? new AnswerOfHelper(call, function, end)
                : null;
    }

    /// <summary>Whether a variable that is declared in the call can be read before the step, and is that of this update.</summary>
    private static bool IsReadable(InvocationExpressionSyntax call, ExpressionStatementSyntax step) =>
        Functions.Listed(call) is { } calling and (ExpressionStatementSyntax or LocalDeclarationStatementSyntax)
        && Functions.Listed(step) is { } place && calling.Span.End <= place.SpanStart
        && KlCheckEdit.Around(step, Functions.ListOf(calling)) is not null;
}
