using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.Analyzers.Tests.Rewriting;

/// <summary>Gives every identifier that a program declares a name that says nothing: a1, a2 …</summary>
public static class Renaming
{
    public static CSharpCompilation Apply(CSharpCompilation compilation)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var renamed = compilation;
        foreach (var tree in compilation.SyntaxTrees)
        {
            var model = compilation.GetSemanticModel(tree);
            var root = tree.GetRoot();
            var tokens = root.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken) && IsOurs(model, token)).ToList();
            var rewritten = root.ReplaceTokens(tokens, (token, _) => SyntaxFactory.Identifier(token.LeadingTrivia, NameFor(names, token), token.TrailingTrivia));
            renamed = renamed.ReplaceSyntaxTree(tree, CSharpSyntaxTree.Create((CompilationUnitSyntax)rewritten, (CSharpParseOptions)tree.Options, tree.FilePath));
        }

        return renamed;
    }

    private static string NameFor(Dictionary<string, string> names, SyntaxToken token)
    {
        if (!names.TryGetValue(token.ValueText, out var name))
            names.Add(token.ValueText, name = "a" + (names.Count + 1).ToString(CultureInfo.InvariantCulture));
        return name;
    }

    /// <summary>Whether a token names something that the program itself declares, and whose name nothing outside relies on.</summary>
    private static bool IsOurs(SemanticModel model, SyntaxToken token)
    {
        var node = token.Parent;
        if (node is null || token.ValueText is "_" or "var" or "value")
            return false;
        var symbol = model.GetDeclaredSymbol(node) ?? model.GetSymbolInfo(node).Symbol;
        if (symbol is null && node is AttributeSyntax or NameColonSyntax or NameEqualsSyntax)
            return false;
        if (symbol is IMethodSymbol { MethodKind: MethodKind.Constructor or MethodKind.Destructor } special)
            symbol = special.ContainingType;
        if (symbol is IAliasSymbol or null)
            return false;
        if (symbol is IMethodSymbol { ReducedFrom: { } extension })
            symbol = extension;
        return symbol.Locations.Any(location => location.IsInSource) && symbol is not INamespaceSymbol && !BelongsToLibrary(symbol);
    }

    private static bool BelongsToLibrary(ISymbol symbol)
    {
        for (var current = symbol; current is not null;)
        {
            if (!current.Locations.Any(location => location.IsInSource))
                return true;
            current = current switch
            {
                IMethodSymbol { OverriddenMethod: { } overridden } => overridden,
                IPropertySymbol { OverriddenProperty: { } overridden } => overridden,
                _ => null,
            };
        }

        return symbol.ContainingType is { } type && type.AllInterfaces.Any(@interface => @interface.GetMembers().Any(member =>
            !member.Locations.Any(location => location.IsInSource)
            && SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(member), symbol)));
    }
}
