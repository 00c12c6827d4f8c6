using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>A call of a tensor operation, written <c>x.name(…)</c> or <c>torch.name(x, …)</c>.</summary>
/// <param name="Syntax">The call.</param>
/// <param name="Name">The operation.</param>
/// <param name="Subject">The tensor it is applied to.</param>
/// <param name="Arguments">The arguments beside the subject.</param>
/// <param name="IsStatic">Whether the subject is written as the first argument.</param>
internal sealed record TensorCall(InvocationExpressionSyntax Syntax, string Name, ExpressionSyntax Subject, IReadOnlyList<ArgumentSyntax> Arguments, bool IsStatic)
{
    /// <summary>The call that an expression is, parentheses aside, or null.</summary>
    public static TensorCall? Of(ExpressionSyntax expression, SemanticModel model)
    {
        if (Unwrap(expression) is not InvocationExpressionSyntax call || model.GetSymbolInfo(call).Symbol is not IMethodSymbol method)
        {
            return null;
        }

        var arguments = call.ArgumentList.Arguments;
        if (!method.IsStatic && IsTensor(method.ContainingType) && call.Expression is MemberAccessExpressionSyntax access)
        {
            return new TensorCall(call, method.Name, access.Expression, [.. arguments], IsStatic: false);
        }

        var isTorch = method.IsStatic && method.ContainingType is { Name: "torch", ContainingNamespace.Name: "TorchSharp" };
        return isTorch && arguments.Count > 0 && arguments[0].NameColon is null && IsTensor(model.GetTypeInfo(arguments[0].Expression).Type)
            ? new TensorCall(call, method.Name, arguments[0].Expression, [.. arguments.Skip(1)], IsStatic: true)
            : null;
    }

    public static ExpressionSyntax Unwrap(ExpressionSyntax expression)
    {
        while (expression is ParenthesizedExpressionSyntax parenthesized)
        {
            expression = parenthesized.Expression;
        }

        return expression;
    }

    /// <summary>The outermost pair of parentheses around an expression, or the expression.</summary>
    public static ExpressionSyntax Wrapped(ExpressionSyntax expression)
    {
        while (expression.Parent is ParenthesizedExpressionSyntax parenthesized)
        {
            expression = parenthesized;
        }

        return expression;
    }

    /// <summary>Whether the call gives the same values in another shape, or without a gradient.</summary>
    public bool IsView => Name is "repeat_interleave" or "unsqueeze" or "view" or "reshape" or "squeeze" or "flatten" or "expand" or "expand_as" or "detach" or "to";

    /// <summary>The outermost of the shapes that an expression is brought into in place, with the parentheses around it.</summary>
    public static ExpressionSyntax Viewed(ExpressionSyntax expression, SemanticModel model)
    {
        var whole = Wrapped(expression);
        while (whole.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } access && access.Expression == whole && Of(call, model) is { IsView: true })
        {
            whole = Wrapped(call);
        }

        return whole;
    }

    public static bool IsTensor(ITypeSymbol? type) => type is { Name: "Tensor", ContainingType.Name: "torch" };

    public static bool IsNumber(ExpressionSyntax expression, SemanticModel model) =>
        model.GetConstantValue(expression).HasValue || expression is PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryMinusExpression, Operand: LiteralExpressionSyntax };
}
