using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>How an average over a completion's own tokens is written.</summary>
internal enum LengthForm
{
    /// <summary><c>tokens / length</c>, <c>tokens.div(length)</c>.</summary>
    Quotient,

    /// <summary><c>tokens /= length</c>.</summary>
    Assignment,

    /// <summary><c>tokens * length.reciprocal()</c>.</summary>
    Product,

    /// <summary><c>tokens.mean(1)</c>.</summary>
    Mean,

    /// <summary>A mean that leaves out NaN.</summary>
    NanMean,

    /// <summary>A loss function that averages by itself.</summary>
    Reduction,
}

/// <summary>The syntax of a division by the completion's own length.</summary>
/// <param name="Form">How it is written.</param>
/// <param name="Syntax">All of it.</param>
/// <param name="Tokens">What is divided, or averaged.</param>
/// <param name="Length">What it is divided by; null for means.</param>
/// <param name="Inverse">For a product: the factor that divides.</param>
internal sealed record LengthNormalisation(LengthForm Form, ExpressionSyntax Syntax, ExpressionSyntax Tokens, ExpressionSyntax? Length = null, ExpressionSyntax? Inverse = null)
{
    public static LengthNormalisation? Of(ExpressionSyntax expression, SemanticModel model)
    {
        expression = TensorCall.Unwrap(expression);
        if (Quotient.Of(expression, model) is { } quotient)
        {
            return new LengthNormalisation(LengthForm.Quotient, quotient.Syntax, quotient.Numerator, quotient.Denominator);
        }

        switch (expression)
        {
            case AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.DivideAssignmentExpression } assignment:
                return new LengthNormalisation(LengthForm.Assignment, assignment, assignment.Left, assignment.Right);
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.MultiplyExpression } product:
                return Product(product, product.Left, product.Right, model);
        }

        if (IsInverse(expression, model) && ProductAround(expression, model) is { } around)
        {
            return around;
        }

        return TensorCall.Of(expression, model) switch
        {
            { Name: "where", Arguments: [var first, var second] } => Of(first.Expression, model) ?? Of(second.Expression, model),
            { Name: "mul" or "multiply" or "mul_", Arguments: [var factor] } call => Product(call.Syntax, call.Subject, factor.Expression, model),
            { Name: "mean" } call => new LengthNormalisation(LengthForm.Mean, call.Syntax, call.Subject),
            { Name: "nanmean" } call => new LengthNormalisation(LengthForm.NanMean, call.Syntax, call.Subject),
            _ => expression is InvocationExpressionSyntax loss && ReductionOf(loss, model) is not null ? new LengthNormalisation(LengthForm.Reduction, loss, loss) : null,
        };
    }

    /// <summary>The parameter of a loss function that says how it reduces, when the call leaves it at the mean and weights nothing.</summary>
    public static IParameterSymbol? ReductionOf(InvocationExpressionSyntax call, SemanticModel model)
    {
        if (model.GetSymbolInfo(call).Symbol is not IMethodSymbol { Name: "cross_entropy" or "nll_loss" } method
            || method.Parameters.FirstOrDefault(parameter => parameter.Type.Name == "Reduction") is not { } reduction
            || call.ArgumentList.Arguments.Any(argument => argument.NameColon?.Name.Identifier.ValueText == "weight"))
        {
            return null;
        }

        var given = call.ArgumentList.Arguments.FirstOrDefault(argument => argument.NameColon?.Name.Identifier.ValueText == reduction.Name);
        var isMean = given is null
            ? call.ArgumentList.Arguments.All(argument => argument.NameColon is not null || call.ArgumentList.Arguments.IndexOf(argument) < 2)
            : given.Expression.ToString().EndsWith("Mean", StringComparison.Ordinal);
        return isMean ? reduction : null;
    }

    private static LengthNormalisation? Product(ExpressionSyntax syntax, ExpressionSyntax left, ExpressionSyntax right, SemanticModel model)
    {
        if (InverseOf(right, model) is { } length)
        {
            return new LengthNormalisation(LengthForm.Product, syntax, left, length, right);
        }

        return InverseOf(left, model) is { } first ? new LengthNormalisation(LengthForm.Product, syntax, right, first, left) : null;
    }

    private static bool IsInverse(ExpressionSyntax expression, SemanticModel model) => TensorCall.Of(expression, model) is { Name: "reciprocal" or "pow" } && InverseOf(expression, model) is not null;

    /// <summary>The product that an inverse is a factor of.</summary>
    private static LengthNormalisation? ProductAround(ExpressionSyntax inverse, SemanticModel model) => TensorCall.Wrapped(inverse).Parent switch
    {
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.MultiplyExpression } product => Product(product, product.Left, product.Right, model),
        ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } when TensorCall.Of(call, model) is { Name: "mul" or "multiply", Arguments: [var factor] } multiply =>
            Product(call, multiply.Subject, factor.Expression, model),
        _ => null,
    };

    /// <summary>The <c>x</c> of <c>1 / x</c>, <c>x.reciprocal()</c>, <c>x.pow(-1)</c>, written in place or as a local.</summary>
    private static ExpressionSyntax? InverseOf(ExpressionSyntax expression, SemanticModel model)
    {
        expression = LocalUse.Resolve(expression, model);
        if (Quotient.Of(expression, model) is { } quotient)
        {
            return model.GetConstantValue(quotient.Numerator) is { HasValue: true, Value: 1 or 1f or 1d or 1L } ? quotient.Denominator : null;
        }

        return TensorCall.Of(expression, model) switch
        {
            { Name: "reciprocal" } call => call.Subject,
            { Name: "pow", Arguments: [var power] } call when model.GetConstantValue(power.Expression).Value is -1 or -1L or -1f or -1d => call.Subject,
            _ => null,
        };
    }
}
