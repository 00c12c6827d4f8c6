using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes.KlCheck;

/// <summary>Where code stands: the function, the statements and the loops around it.</summary>
internal static class Functions
{
    /// <summary>The innermost method, accessor, local function, lambda or top-level program that a node stands in.</summary>
    public static SyntaxNode Around(SyntaxNode node)
    {
        for (var current = node.Parent; current is not null; current = current.Parent)
        {
            if (current is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax or AccessorDeclarationSyntax or CompilationUnitSyntax
                or MemberDeclarationSyntax and not GlobalStatementSyntax)
            {
                return current;
            }
        }

        return node;
    }

    public static BlockSyntax? BodyOf(SyntaxNode function) => function switch
    {
        BaseMethodDeclarationSyntax method => method.Body,
        LocalFunctionStatementSyntax local => local.Body,
        AnonymousFunctionExpressionSyntax lambda => lambda.Block,
        AccessorDeclarationSyntax accessor => accessor.Body,
        _ => null,
    };

    /// <summary>The statement that holds a node and is one of a list of statements; null where there is none in the function.</summary>
    public static StatementSyntax? Listed(SyntaxNode node)
    {
        for (var current = node; current is not null and not AnonymousFunctionExpressionSyntax; current = current.Parent)
        {
            if (current is StatementSyntax { Parent: BlockSyntax or SwitchSectionSyntax or GlobalStatementSyntax } statement && (statement is not BlockSyntax || node == current))
            {
                return statement;
            }
        }

        return null;
    }

    /// <summary>The list of statements that a statement is one of: a block, a switch section, a program.</summary>
    public static SyntaxNode? ListOf(StatementSyntax statement) => statement.Parent is GlobalStatementSyntax global ? global.Parent : statement.Parent;

    public static bool IsLoop(SyntaxNode node) => node is ForStatementSyntax or WhileStatementSyntax or DoStatementSyntax or CommonForEachStatementSyntax;

    /// <summary>The loops of its function around a node, innermost first.</summary>
    public static IEnumerable<StatementSyntax> LoopsAround(SyntaxNode node)
    {
        var function = Around(node);
        for (var current = node.Parent; current is not null && current != function; current = current.Parent)
        {
            if (IsLoop(current))
            {
                yield return (StatementSyntax)current;
            }
        }
    }

    /// <summary>Nodes of a function without those of functions in it.</summary>
    public static IEnumerable<SyntaxNode> Own(SyntaxNode function) =>
        function.DescendantNodes(node => node == function || node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax));

    public static bool ReturnsNothing(SyntaxNode function) => function switch
    {
        MethodDeclarationSyntax method => IsVoid(method.ReturnType) || IsAsyncTask(method.Modifiers, method.ReturnType),
        LocalFunctionStatementSyntax local => IsVoid(local.ReturnType) || IsAsyncTask(local.Modifiers, local.ReturnType),
        ConstructorDeclarationSyntax => true,
        _ => false,
    };

    public static bool IsVoid(TypeSyntax type) => type is PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword };

    private static bool IsAsyncTask(SyntaxTokenList modifiers, TypeSyntax type) =>
        modifiers.Any(SyntaxKind.AsyncKeyword) && type.ToString().Split('.').Last() is "Task" or "ValueTask";

    /// <summary>Whether nothing comes after a statement in its function: it is the last of the last … of the body.</summary>
    public static bool EndsFunction(StatementSyntax statement)
    {
        var function = Around(statement);
        for (SyntaxNode current = statement; ; current = current.Parent!)
        {
            switch (current.Parent)
            {
                case BlockSyntax block when block.Statements.Last() != current:
                    return false;
                case BlockSyntax block when block == BodyOf(function):
                    return true;
                case BlockSyntax or UsingStatementSyntax or ElseClauseSyntax or IfStatementSyntax or LabeledStatementSyntax:
                    break;
                default:
                    return false;
            }
        }
    }
}
