using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>Whether a name stands for the same value wherever a method reads it: it is written once and no operation changes it in place.</summary>
internal static class Stability
{
    /// <summary>Names, members of what has a name, and views of them that carry no gradient.</summary>
    public static bool IsStable(ExpressionSyntax expression, SemanticModel model) => TensorCall.Unwrap(expression) switch
    {
        IdentifierNameSyntax name => IsStable(name, model),
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name: IdentifierNameSyntax member } => IsStable(member, model),
        MemberAccessExpressionSyntax { Expression: var holder, Name: IdentifierNameSyntax member } => model.GetSymbolInfo(member).Symbol is IFieldSymbol or IPropertySymbol && (IsType(holder, model) || IsStable(holder, model)),
        LiteralExpressionSyntax => true,
        InvocationExpressionSyntax call => TensorCall.Of(call, model) is { Name: "detach", IsStatic: false } detached && IsStable(detached.Subject, model),
        _ => false,
    };

    /// <summary>What a local that is written once stands for; the expression itself where it names no such local.</summary>
    public static ExpressionSyntax ValueOf(ExpressionSyntax expression, SemanticModel model)
    {
        expression = TensorCall.Unwrap(expression);
        while (expression is IdentifierNameSyntax name && IsStable(name, model) && LocalUse.Of(name, model) is { } local)
        {
            expression = TensorCall.Unwrap(local.Value);
        }

        return expression;
    }

    private static bool IsType(ExpressionSyntax expression, SemanticModel model) => model.GetSymbolInfo(expression).Symbol is INamedTypeSymbol;

    private static bool IsStable(IdentifierNameSyntax name, SemanticModel model)
    {
        if (model.GetSymbolInfo(name).Symbol is not (ILocalSymbol or IParameterSymbol or IFieldSymbol or IPropertySymbol) || model.GetSymbolInfo(name).Symbol is not { } symbol)
        {
            return false;
        }

        var writes = LocalUse.References(symbol, name, model).Where(reference => LocalUse.IsWritten(reference) || IsChanged(reference, model)).ToList();
        return writes.Count == 0 || (symbol is ILocalSymbol { DeclaringSyntaxReferences: [var reference] } && IsFilledOnce(reference.GetSyntax(), writes));
    }

    /// <summary><c>Tensor x; using (no_grad()) x = …;</c>: declared without a value and given one.</summary>
    private static bool IsFilledOnce(SyntaxNode declaration, List<IdentifierNameSyntax> writes) =>
        declaration is VariableDeclaratorSyntax { Initializer: null } && writes is [{ Parent: AssignmentExpressionSyntax { OperatorToken.Text: "=" } }];

    private static bool IsChanged(IdentifierNameSyntax name, SemanticModel model) =>
        TensorCall.Wrapped(name).Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } access && access.Expression == TensorCall.Wrapped(name)
        && TensorCall.Of(call, model) is { } tensor && tensor.Name.EndsWith("_", StringComparison.Ordinal);
}
