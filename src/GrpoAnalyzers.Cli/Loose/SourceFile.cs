using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.Cli.Loose;

/// <summary>A file without syntax errors, with what it declares for others and the names it mentions.</summary>
internal sealed class SourceFile
{
    public SourceFile(SyntaxTree tree)
    {
        Tree = tree;
        var root = (CompilationUnitSyntax)tree.GetRoot();
        IsProgram = root.Members.OfType<GlobalStatementSyntax>().Any();
        HasGlobalUsings = root.Usings.Any(u => u.GlobalKeyword.IsKind(SyntaxKind.GlobalKeyword));
        foreach (var member in root.DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax).OfType<MemberDeclarationSyntax>())
        {
            if (NameOf(member) is not { } name)
            {
                continue;
            }

            var space = string.Join('.', member.Ancestors().OfType<BaseNamespaceDeclarationSyntax>().Reverse().Select(n => n.Name.ToString()));
            var partial = member.Modifiers.Any(SyntaxKind.PartialKeyword);
            (partial ? PartialTypes : WholeTypes).Add($"{space}.{name}`{(member as TypeDeclarationSyntax)?.TypeParameterList?.Parameters.Count ?? 0}");
            Offers.Add(name);
        }

        foreach (var method in root.DescendantNodes().OfType<MethodDeclarationSyntax>())
        {
            if (method.ParameterList.Parameters.FirstOrDefault()?.Modifiers.Any(SyntaxKind.ThisKeyword) == true)
            {
                Offers.Add(method.Identifier.ValueText);
            }
        }

        Mentions.UnionWith(root.DescendantTokens().Where(t => t.IsKind(SyntaxKind.IdentifierToken)).Select(t => t.ValueText));
    }

    public SyntaxTree Tree { get; }

    public string Path => Tree.FilePath;

    public bool IsProgram { get; }

    public bool HasGlobalUsings { get; }

    public HashSet<string> WholeTypes { get; } = new(StringComparer.Ordinal);

    public HashSet<string> PartialTypes { get; } = new(StringComparer.Ordinal);

    /// <summary>The names by which other files can use this one: its types and extension methods.</summary>
    public HashSet<string> Offers { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Mentions { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether the two cannot be in one program.</summary>
    public bool CollidesWith(SourceFile other) =>
        (IsProgram && other.IsProgram)
        || WholeTypes.Overlaps(other.WholeTypes)
        || WholeTypes.Overlaps(other.PartialTypes)
        || PartialTypes.Overlaps(other.WholeTypes)
        || (PartialTypes.Overlaps(other.PartialTypes) && !string.Equals(System.IO.Path.GetDirectoryName(Path), System.IO.Path.GetDirectoryName(other.Path), StringComparison.Ordinal));

    private static string? NameOf(MemberDeclarationSyntax member) => member switch
    {
        BaseTypeDeclarationSyntax type when !type.Modifiers.Any(SyntaxKind.FileKeyword) => type.Identifier.ValueText,
        DelegateDeclarationSyntax type => type.Identifier.ValueText,
        _ => null,
    };
}
