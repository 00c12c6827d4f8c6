using GrpoAnalyzers.CodeFixes.KlCheck;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes.Guarding;

/// <summary>A call inside an expression that gets a local of its own, so that its result can be read again.</summary>
/// <param name="Call">The call.</param>
/// <param name="At">The statement that it stands in and that the local goes before.</param>
internal sealed record NamedCall(InvocationExpressionSyntax Call, StatementSyntax At)
{
    /// <summary>The call that an expression is, if it is made at the beginning of a statement that always makes it and after which others can read the local.</summary>
    public static NamedCall? Of(ExpressionSyntax expression, StatementSyntax reader, SemanticModel model)
    {
        if (TensorCall.Unwrap(expression) is not InvocationExpressionSyntax call || !TensorCall.IsTensor(model.GetTypeInfo(call).Type)
            || Functions.Listed(call) is not { } at || at is not (LocalDeclarationStatementSyntax or ExpressionStatementSyntax))
        {
            return null;
        }

        var isAlwaysMade = call.Ancestors().TakeWhile(node => node != at).All(node => node is not (ConditionalExpressionSyntax or ConditionalAccessExpressionSyntax or SwitchExpressionSyntax
            or BinaryExpressionSyntax { OperatorToken.Text: "&&" or "||" or "??" } or AnonymousFunctionExpressionSyntax or InitializerExpressionSyntax));
        return isAlwaysMade && at.SpanStart < reader.SpanStart && Functions.ListOf(at) == Functions.ListOf(reader) && !at.DescendantNodes().Any(IsMadeBefore)
            ? new NamedCall(call, at)
            : null;

        // What has an effect before the call would have it after.
        bool IsMadeBefore(SyntaxNode node) => node.SpanStart < call.SpanStart && !node.Span.Contains(call.Span)
            && (node is AssignmentExpressionSyntax or AwaitExpressionSyntax || (node is InvocationExpressionSyntax other && TensorCall.Of(other, model) is null));
    }

    /// <summary>Declares the local and reads it.</summary>
    public void Name(string name, Idiom idiom, SourceEdits edits)
    {
        edits.Insert(At.SpanStart, $"{idiom.DeclaredTensor(At)} {name} = {Call};{edits.LineBreak}{edits.IndentOf(At)}");
        edits.Replace(TensorCall.Wrapped(Call).Span, name);
    }
}
