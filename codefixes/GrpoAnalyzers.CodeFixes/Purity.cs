using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>Whether an expression can go without a trace: tensor operations that are not in place, arithmetic, reads, functions of such.</summary>
internal sealed class Purity(SemanticModel model)
{
    private const int MaximumDepth = 3;

    public bool IsPure(ExpressionSyntax value) => IsPure(value, model, null, 0);

    private static bool IsPure(SyntaxNode value, SemanticModel model, SyntaxNode? function, int depth) => value.DescendantNodesAndSelf().All(part => part switch
    {
        InvocationExpressionSyntax call => IsPureCall(call, model, depth),
        AssignmentExpressionSyntax assignment => IsOwn(assignment.Left, model, function),
        PostfixUnaryExpressionSyntax postfix => postfix.IsKind(SyntaxKind.SuppressNullableWarningExpression) || IsOwn(postfix.Operand, model, function),
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression } prefix => IsOwn(prefix.Operand, model, function),
        AwaitExpressionSyntax or BaseObjectCreationExpressionSyntax or ThrowStatementSyntax or ThrowExpressionSyntax or YieldStatementSyntax => false,
        ArgumentSyntax argument => argument.RefKindKeyword.IsKind(SyntaxKind.None) || argument.RefKindKeyword.IsKind(SyntaxKind.InKeyword),
        IdentifierNameSyntax name => IsPlainRead(name, model),
        _ => true,
    });

    /// <summary>A property that is computed may do anything; one that is stored does not.</summary>
    private static bool IsPlainRead(IdentifierNameSyntax name, SemanticModel model) =>
        model.GetSymbolInfo(name).Symbol is not IPropertySymbol { DeclaringSyntaxReferences: [var reference] }
        || reference.GetSyntax() is not PropertyDeclarationSyntax { AccessorList: { } accessors }
        || accessors.Accessors.All(accessor => accessor.Body is null && accessor.ExpressionBody is null);

    /// <summary>Whether what is written belongs to the function that is looked at.</summary>
    private static bool IsOwn(ExpressionSyntax target, SemanticModel model, SyntaxNode? function) =>
        function is not null && target is IdentifierNameSyntax
        && model.GetSymbolInfo(target).Symbol is ILocalSymbol { DeclaringSyntaxReferences: [var reference] } && function.Span.Contains(reference.Span);

    private static bool IsPureCall(InvocationExpressionSyntax call, SemanticModel model, int depth)
    {
        if (TensorCall.Of(call, model) is { } tensor)
        {
            return !tensor.Name.EndsWith("_", StringComparison.Ordinal) && tensor.Name is not ("backward" or "Dispose");
        }

        if (model.GetSymbolInfo(call).Symbol is not IMethodSymbol method)
        {
            return false;
        }

        if (method.ContainingType is { Name: "Math" or "MathF" or "Enumerable" } || method.Name == "nameof")
        {
            return true;
        }

        return depth < MaximumDepth && (method.ReducedFrom ?? method).DeclaringSyntaxReferences is [var reference] && reference.GetSyntax() is { } body && body.SyntaxTree == model.SyntaxTree
            && IsPure(body, model, body, depth + 1);
    }
}
