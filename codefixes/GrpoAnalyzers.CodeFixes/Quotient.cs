using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>A division in one of its spellings: <c>a / b</c>, <c>a.div(b)</c>, <c>torch.div(a, b)</c>.</summary>
internal sealed record Quotient(ExpressionSyntax Syntax, ExpressionSyntax Numerator, ExpressionSyntax Denominator)
{
    public static Quotient? Of(ExpressionSyntax expression, SemanticModel model)
    {
        expression = TensorCall.Unwrap(expression);
        if (expression is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.DivideExpression } binary)
        {
            return new Quotient(binary, binary.Left, binary.Right);
        }

        return TensorCall.Of(expression, model) is { Name: "div" or "divide" or "true_divide" or "div_", Arguments: [var divisor] } call
            ? new Quotient(call.Syntax, call.Subject, divisor.Expression)
            : null;
    }

    /// <summary>The denominator without what keeps it from being zero and without changes of its type.</summary>
    public static ExpressionSyntax WithoutFloor(ExpressionSyntax denominator, SemanticModel model)
    {
        denominator = TensorCall.Unwrap(denominator);
        if (denominator is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum)
        {
            if (TensorCall.IsNumber(sum.Right, model))
            {
                return WithoutFloor(sum.Left, model);
            }

            return TensorCall.IsNumber(sum.Left, model) ? WithoutFloor(sum.Right, model) : denominator;
        }

        return TensorCall.Of(denominator, model) switch
        {
            { Name: "add" or "clamp_min", Arguments: [var floor] } call when TensorCall.IsNumber(floor.Expression, model) => WithoutFloor(call.Subject, model),
            { Name: "clamp", Arguments: [var floor] } call when TensorCall.IsNumber(floor.Expression, model) => WithoutFloor(call.Subject, model),
            { Name: "to" or "to_type" or "float" or "detach" } call => WithoutFloor(call.Subject, model),
            _ => denominator,
        };
    }
}
