using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>The factors of a product of tensors, through signs and locals. A factor that has a name is given by it.</summary>
internal static class Product
{
    public static (int Sign, List<ExpressionSyntax> Factors) Of(ExpressionSyntax expression, SemanticModel model)
    {
        var factors = new List<ExpressionSyntax>();
        return (Collect(expression, factors, model), factors);
    }

    /// <summary>Whether two expressions read the same values.</summary>
    public static bool AreSame(ExpressionSyntax left, ExpressionSyntax right, SemanticModel model)
    {
        (left, right) = (TensorCall.Unwrap(left), TensorCall.Unwrap(right));
        return left.ToString() == right.ToString() && left.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>()
            .Zip(right.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>(), (a, b) => SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(a).Symbol, model.GetSymbolInfo(b).Symbol))
            .All(isSame => isSame);
    }

    private static int Collect(ExpressionSyntax expression, List<ExpressionSyntax> factors, SemanticModel model)
    {
        var value = Stability.ValueOf(expression, model);
        switch (value)
        {
            case BinaryExpressionSyntax { OperatorToken.Text: "*" } product:
                return Collect(product.Left, factors, model) * Collect(product.Right, factors, model);
            case PrefixUnaryExpressionSyntax { OperatorToken.Text: "-", Operand: not LiteralExpressionSyntax } minus:
                return -Collect(minus.Operand, factors, model);
        }

        switch (TensorCall.Of(value, model))
        {
            case { Name: "mul" or "multiply", Arguments: [var factor] } call:
                return Collect(call.Subject, factors, model) * Collect(factor.Expression, factors, model);
            case { Name: "neg" or "negative" } call:
                return -Collect(call.Subject, factors, model);

            // What is zero outside the mask is a product with it.
            case { Name: "where", IsStatic: true, Arguments: [var kept, var other] } call when TensorCall.Of(other.Expression, model) is null && IsZeros(other.Expression, model):
                factors.Add(TensorCall.Unwrap(call.Subject));
                return Collect(kept.Expression, factors, model);
            default:
                factors.Add(TensorCall.Unwrap(expression));
                return 1;
        }
    }

    private static bool IsZeros(ExpressionSyntax expression, SemanticModel model) =>
        model.GetConstantValue(expression) is { HasValue: true, Value: 0 or 0f or 0d or 0L }
        || (TensorCall.Unwrap(expression) is InvocationExpressionSyntax call && model.GetSymbolInfo(call).Symbol is IMethodSymbol { Name: "zeros_like" or "zeros" });
}
