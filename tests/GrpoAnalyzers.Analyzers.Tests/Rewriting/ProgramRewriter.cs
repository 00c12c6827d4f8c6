using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.Analyzers.Tests.Rewriting;

/// <summary>Rewrites a program into another that means the same. Nodes that are kept keep their annotations.</summary>
internal abstract class ProgramRewriter
{
    public abstract string Name { get; }

    /// <summary>Makes one pass over a program, and counts in <paramref name="changes"/> what it changed.</summary>
    public virtual CSharpCompilation Apply(CSharpCompilation compilation, Random random, out int changes)
    {
        changes = 0;
        var rewritten = compilation;
        foreach (var tree in compilation.SyntaxTrees)
        {
            var root = (CompilationUnitSyntax)tree.GetRoot();
            var result = Rewrite(root, compilation.GetSemanticModel(tree), random, out var count);
            changes += count;
            if (count > 0)
                rewritten = rewritten.ReplaceSyntaxTree(tree, MarkedProgram.Reparse(tree, result));
        }

        return rewritten;
    }

    protected abstract SyntaxNode Rewrite(CompilationUnitSyntax root, SemanticModel model, Random random, out int changes);

    /// <summary>The members of classes that have a block as their body.</summary>
    protected static IEnumerable<(MemberDeclarationSyntax Member, BlockSyntax Body)> Bodies(SyntaxNode root)
    {
        foreach (var member in root.DescendantNodes().OfType<BaseMethodDeclarationSyntax>())
        {
            if (member.Body is { } body && member.Parent is ClassDeclarationSyntax or RecordDeclarationSyntax)
                yield return (member, body);
        }
    }

    /// <summary>An expression that may stand before a dot or beside any operator.</summary>
    protected static ExpressionSyntax Operand(ExpressionSyntax expression) =>
        expression is IdentifierNameSyntax or InvocationExpressionSyntax or MemberAccessExpressionSyntax or ElementAccessExpressionSyntax
            or ParenthesizedExpressionSyntax or ThisExpressionSyntax
            ? expression
            : SyntaxFactory.ParenthesizedExpression(expression.WithoutTrivia());

    /// <summary>The given names, changed where the program has them.</summary>
    protected static string Unused(SyntaxNode root, string name, HashSet<string> taken)
    {
        if (taken.Count == 0)
            taken.UnionWith(root.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.ValueText));
        var unused = name;
        for (var i = 2; !taken.Add(unused); i++)
            unused = name + i.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return unused;
    }

    protected static void Shuffle<T>(IList<T> items, Random random)
    {
        for (var i = items.Count - 1; i > 0; i--)
        {
            var j = random.Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
