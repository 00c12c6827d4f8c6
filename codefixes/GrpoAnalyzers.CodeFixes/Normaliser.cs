using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>A call that divides by the spread itself: <c>functional.normalize</c>, <c>functional.layer_norm</c>.</summary>
internal static class Normaliser
{
    public static bool TryEdit(ExpressionSyntax expression, SemanticModel model, ProjectEdits edits)
    {
        if (expression is not InvocationExpressionSyntax { ArgumentList.Arguments: [var first, ..] arguments } call
            || model.GetSymbolInfo(call).Symbol is not IMethodSymbol method || first.NameColon is not null)
        {
            return false;
        }

        var input = first.Expression;
        switch (method.Name)
        {
            // A norm of what is centred: the centred values are left.
            case "normalize":
                edits.At(call).Reduce(call, input);
                return true;

            // Over the last axis, without weights: what is left of it is the centring.
            case "layer_norm" when arguments.Count == 2 && AxesOf(arguments[1].Expression) == 1 && new Purity(model).IsPure(input):
                var operand = TensorCall.Unwrap(input) is BinaryExpressionSyntax or PrefixUnaryExpressionSyntax ? $"({TensorCall.Unwrap(input)})" : input.ToString();
                var axis = arguments[1].Expression is CollectionExpressionSyntax ? "[-1]" : "new long[] { -1 }";
                var outer = TensorCall.Wrapped(call);
                var needs = Parentheses.AreNeeded(SyntaxFactory.ParseExpression("a - b"), outer);
                var centred = $"{operand} - {operand}.mean({axis}, keepdim: true)";
                edits.At(call).Replace(outer.Span, needs ? $"({centred})" : centred);
                return true;
            default:
                return false;
        }
    }

    private static int? AxesOf(ExpressionSyntax shape) => shape switch
    {
        CollectionExpressionSyntax { Elements: var elements } => elements.Count,
        ImplicitArrayCreationExpressionSyntax { Initializer.Expressions: var entries } => entries.Count,
        ArrayCreationExpressionSyntax { Initializer.Expressions: var entries } => entries.Count,
        _ => null,
    };
}
