using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>A difference of tensors: <c>a - b</c>, <c>a.sub(b)</c>.</summary>
internal static class Difference
{
    public static (ExpressionSyntax From, ExpressionSyntax Subtracted)? Of(ExpressionSyntax expression, SemanticModel model)
    {
        var value = Stability.ValueOf(expression, model);
        if (value is BinaryExpressionSyntax { OperatorToken.Text: "-" } minus)
        {
            return (TensorCall.Unwrap(minus.Left), TensorCall.Unwrap(minus.Right));
        }

        return TensorCall.Of(value, model) is { Name: "sub" or "subtract", Arguments: [var subtracted] } call ? (TensorCall.Unwrap(call.Subject), TensorCall.Unwrap(subtracted.Expression)) : null;
    }
}
