using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>A product with the inverse of something: <c>x * v.rsqrt()</c>, <c>x * (1 / s)</c>, <c>x.mul(v.pow(-0.5))</c>.</summary>
/// <param name="Scaled">What is scaled.</param>
/// <param name="By">The factor that is an inverse.</param>
internal sealed record Scale(ExpressionSyntax Scaled, ExpressionSyntax By)
{
    public static Scale? Of(ExpressionSyntax expression, SemanticModel model)
    {
        var (left, right) = expression switch
        {
            BinaryExpressionSyntax { RawKind: (int)SyntaxKind.MultiplyExpression } product => (product.Left, product.Right),
            _ => TensorCall.Of(expression, model) is { Name: "mul" or "multiply" or "mul_", Arguments: [var factor] } call ? (call.Subject, factor.Expression) : (null, null),
        };
        if (left is null || right is null)
        {
            return null;
        }

        return (IsInverse(left, model), IsInverse(right, model)) switch
        {
            (false, true) => new Scale(left, right),
            (true, false) => new Scale(right, left),
            _ => null,
        };
    }

    /// <summary>The product that an inverse, in whatever shape, is a factor of.</summary>
    public static ExpressionSyntax? ProductAround(ExpressionSyntax inverse, SemanticModel model) => TensorCall.Viewed(inverse, model).Parent switch
    {
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.MultiplyExpression } product => product,
        ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } when TensorCall.Of(call, model) is { Name: "mul" or "multiply" or "mul_" } => call,
        _ => null,
    };

    public static bool IsInverse(ExpressionSyntax expression, SemanticModel model)
    {
        expression = LocalUse.Resolve(expression, model);
        return Quotient.Of(expression, model) is { } quotient
            ? model.GetConstantValue(quotient.Numerator).HasValue
            : TensorCall.Of(expression, model) switch
            {
                { Name: "rsqrt" or "reciprocal" } => true,
                { IsView: true } view => IsInverse(view.Subject, model),
                { Name: "pow", Arguments: [var power] } => power.Expression is PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryMinusExpression },
                _ => false,
            };
    }
}
