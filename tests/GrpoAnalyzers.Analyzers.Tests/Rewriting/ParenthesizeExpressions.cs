using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.Analyzers.Tests.Rewriting;

/// <summary>Puts parentheses around expressions that need none.</summary>
internal sealed class ParenthesizeExpressions : ProgramRewriter
{
    public override string Name => "parenthesize";

    protected override SyntaxNode Rewrite(CompilationUnitSyntax root, SemanticModel model, Random random, out int changes)
    {
        var chosen = root.DescendantNodes().OfType<ExpressionSyntax>().Where(node => MayBeWrapped(node, model) && random.Next(3) == 0).ToList();
        changes = chosen.Count;
        return root.ReplaceNodes(chosen, (_, node) => SyntaxFactory.ParenthesizedExpression(node.WithoutTrivia()));
    }

    private static bool MayBeWrapped(ExpressionSyntax node, SemanticModel model)
    {
        if (node is not (BinaryExpressionSyntax or InvocationExpressionSyntax or IdentifierNameSyntax or ElementAccessExpressionSyntax or MemberAccessExpressionSyntax
                or LiteralExpressionSyntax or CastExpressionSyntax or PrefixUnaryExpressionSyntax or ConditionalExpressionSyntax)
            || node.IsKind(SyntaxKind.DefaultLiteralExpression))
        {
            return false;
        }

        var fits = node.Parent switch
        {
            ArgumentSyntax { RefKindKeyword.RawKind: 0, NameColon: var name, Parent: var list } => list is ArgumentListSyntax or BracketedArgumentListSyntax || (list is TupleExpressionSyntax && name is not null),
            BinaryExpressionSyntax binary => !binary.IsKind(SyntaxKind.IsExpression) && !binary.IsKind(SyntaxKind.AsExpression),
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax } => true,
            AssignmentExpressionSyntax assignment => assignment.Right == node,
            ReturnStatementSyntax or ArrowExpressionClauseSyntax or ParenthesizedExpressionSyntax => true,
            IfStatementSyntax or WhileStatementSyntax or ForEachStatementSyntax => true,
            MemberAccessExpressionSyntax access => access.Expression == node,
            ElementAccessExpressionSyntax access => access.Expression == node,
            PrefixUnaryExpressionSyntax unary => node is not LiteralExpressionSyntax && (unary.IsKind(SyntaxKind.UnaryMinusExpression) || unary.IsKind(SyntaxKind.LogicalNotExpression)),
            ConditionalExpressionSyntax => true,
            _ => false,
        };
        if (!fits || node.Ancestors().Any(ancestor => ancestor is AttributeSyntax or PatternSyntax or ConditionalAccessExpressionSyntax or WithExpressionSyntax))
            return false;

        // What names a type, a namespace, a method without its arguments, or nothing at all, has no value to put in parentheses.
        if (model.GetTypeInfo(node).Type is not { SpecialType: not SpecialType.System_Void } || model.GetSymbolInfo(node).Symbol is INamespaceOrTypeSymbol)
            return false;
        return !node.Ancestors().OfType<InvocationExpressionSyntax>().Any(call => call.Expression is IdentifierNameSyntax { Identifier.ValueText: "nameof" });
    }
}
