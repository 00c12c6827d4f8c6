using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>Removes locals that nothing reads once an expression is gone, and the locals that only those read.</summary>
internal sealed class UnusedDefinitions(SemanticModel model, SourceEdits edits)
{
    public void RemoveAfter(ExpressionSyntax expression)
    {
        var names = expression.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().ToList();
        edits.Lose(names);
        foreach (var name in names)
        {
            if (model.GetSymbolInfo(name).Symbol is not ILocalSymbol { DeclaringSyntaxReferences: [var reference] } symbol)
            {
                continue;
            }

            var declaration = reference.GetSyntax();
            if (!LocalUse.References(symbol, declaration, model).All(edits.IsGone))
            {
                continue;
            }

            if (declaration is SingleVariableDesignationSyntax { Parent: ParenthesizedVariableDesignationSyntax } designation)
            {
                edits.Replace(designation.Span, "_");
            }
            else if (declaration is VariableDeclaratorSyntax { Initializer.Value: { } value, Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax { Parent: BlockSyntax } statement } }
                && HasNoEffect(value))
            {
                edits.Remove(statement);
                RemoveAfter(value);
            }
        }
    }

    /// <summary>Whether an expression can go without a trace: tensor operations that are not in place, arithmetic, reads.</summary>
    private bool HasNoEffect(ExpressionSyntax value) => value.DescendantNodesAndSelf().OfType<ExpressionSyntax>().All(part => part switch
    {
        InvocationExpressionSyntax call => IsPureCall(call),
        AssignmentExpressionSyntax or AwaitExpressionSyntax or BaseObjectCreationExpressionSyntax or PostfixUnaryExpressionSyntax => false,
        PrefixUnaryExpressionSyntax prefix => prefix.IsKind(SyntaxKind.UnaryMinusExpression) || prefix.IsKind(SyntaxKind.UnaryPlusExpression),
        _ => true,
    });

    private bool IsPureCall(InvocationExpressionSyntax call) =>
        TensorCall.Of(call, model) is { } tensor
            ? !tensor.Name.EndsWith("_", StringComparison.Ordinal)
            : model.GetSymbolInfo(call).Symbol is IMethodSymbol { ContainingType.Name: "Math" or "MathF" or "Enumerable" };
}
