using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>A local that is written once, where it is declared, and the places that read it.</summary>
internal sealed record LocalUse(ILocalSymbol Symbol, VariableDeclaratorSyntax Declarator, ExpressionSyntax Value, IReadOnlyList<IdentifierNameSyntax> Reads)
{
    /// <summary>The local that an expression names, or null if it names none or one that is written again.</summary>
    public static LocalUse? Of(ExpressionSyntax expression, SemanticModel model)
    {
        if (TensorCall.Unwrap(expression) is not IdentifierNameSyntax name
            || model.GetSymbolInfo(name).Symbol is not ILocalSymbol symbol
            || symbol.DeclaringSyntaxReferences is not [var reference]
            || reference.GetSyntax() is not VariableDeclaratorSyntax { Initializer.Value: { } value } declarator)
        {
            return null;
        }

        var reads = References(symbol, declarator, model);
        return reads.Any(IsWritten) ? null : new LocalUse(symbol, declarator, value, reads);
    }

    /// <summary>What an expression stands for: the value of the local that it names, of the local that this names, and so on.</summary>
    public static ExpressionSyntax Resolve(ExpressionSyntax expression, SemanticModel model)
    {
        while (Of(expression, model) is { } local)
        {
            expression = local.Value;
        }

        return TensorCall.Unwrap(expression);
    }

    public static List<IdentifierNameSyntax> References(ISymbol symbol, SyntaxNode declaration, SemanticModel model)
    {
        var scope = (SyntaxNode?)declaration.FirstAncestorOrSelf<MemberDeclarationSyntax>(member => member is not GlobalStatementSyntax) ?? declaration.SyntaxTree.GetRoot();
        return
        [
            .. scope.DescendantNodes().OfType<IdentifierNameSyntax>()
                .Where(name => name.Identifier.ValueText == symbol.Name && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name).Symbol, symbol)),
        ];
    }

    public static bool IsWritten(IdentifierNameSyntax name)
    {
        var outer = TensorCall.Wrapped(name);
        return outer.Parent switch
        {
            AssignmentExpressionSyntax assignment => assignment.Left == outer,
            ArgumentSyntax { Parent: TupleExpressionSyntax { Parent: AssignmentExpressionSyntax assignment } tuple } => assignment.Left == tuple,
            ArgumentSyntax argument => !argument.RefKindKeyword.IsKind(Microsoft.CodeAnalysis.CSharp.SyntaxKind.None),
            PostfixUnaryExpressionSyntax postfix => postfix.OperatorToken.Text is "++" or "--",
            PrefixUnaryExpressionSyntax prefix => prefix.OperatorToken.Text is "++" or "--",
            RefExpressionSyntax => true,
            _ => false,
        };
    }
}
