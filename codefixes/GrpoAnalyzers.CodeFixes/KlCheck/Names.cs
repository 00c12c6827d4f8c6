using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes.KlCheck;

/// <summary>Names that are free in all the types and programs that some code stands in.</summary>
internal sealed class Names
{
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);

    public Names(IEnumerable<SyntaxNode> places)
    {
        foreach (var scope in places.Select(place => (SyntaxNode?)place.FirstAncestorOrSelf<TypeDeclarationSyntax>() ?? place.SyntaxTree.GetRoot()).Distinct())
        {
            taken.UnionWith(scope.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.ValueText));
        }
    }

    /// <summary>The first of two names, or of the numbered ones after them, that nothing has. It is then taken.</summary>
    public string Free(string name, string other)
    {
        var found = !taken.Contains(name) ? name : !taken.Contains(other) ? other : Enumerable.Range(2, int.MaxValue - 2).Select(count => other + count).First(next => !taken.Contains(next));
        taken.Add(found);
        return found;
    }
}
