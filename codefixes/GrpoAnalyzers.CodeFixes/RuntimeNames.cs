using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>How the types of GrpoAnalyzers.Runtime are named at a place: by their names alone under a using directive, unless the file knows such a name.</summary>
internal sealed class RuntimeNames
{
    private const string Space = "GrpoAnalyzers.Runtime";

    private readonly SourceEdits edits;
    private readonly CompilationUnitSyntax unit;
    private readonly bool isImported;
    private readonly bool isQualified;

    private RuntimeNames(ExpressionSyntax place, SemanticModel model, INamespaceSymbol runtime, SourceEdits edits)
    {
        this.edits = edits;
        unit = (CompilationUnitSyntax)place.SyntaxTree.GetRoot();
        isImported = model.LookupNamespacesAndTypes(place.SpanStart, name: "GroupObjective").Any(type => IsOf(type, runtime));
        var names = new HashSet<string>(runtime.GetTypeMembers().Where(type => type.DeclaredAccessibility == Accessibility.Public).Select(type => type.Name), StringComparer.Ordinal);
        isQualified = unit.DescendantNodes().OfType<IdentifierNameSyntax>()
                .Any(name => names.Contains(name.Identifier.ValueText) && model.GetSymbolInfo(name).Symbol is INamedTypeSymbol type && !IsOf(type, runtime))
            || names.Any(name => model.LookupSymbols(place.SpanStart, name: name).Any(symbol => !IsOf(symbol, runtime)));
    }

    /// <summary>The names at a place; null where the project has no such library.</summary>
    public static RuntimeNames? At(ExpressionSyntax place, ProjectEdits edits) =>
        edits.Compilation.GetTypeByMetadataName(Space + ".GroupObjective") is { DeclaredAccessibility: Accessibility.Public } type
            ? new RuntimeNames(place, edits.Model(place), type.ContainingNamespace, edits.At(place))
            : null;

    /// <summary>A type's name.</summary>
    public string this[string type] => isQualified ? $"{Space}.{type}" : type;

    /// <summary>Adds the using directive where it is needed, in its place among those that are sorted.</summary>
    public void Import()
    {
        if (isImported || isQualified)
        {
            return;
        }

        var usings = unit.Usings.Count > 0 ? unit.Usings : unit.Members.OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault()?.Usings ?? default;
        var plain = usings.Where(item => item.Alias is null && item.StaticKeyword.IsKind(SyntaxKind.None) && item.GlobalKeyword.IsKind(SyntaxKind.None)).ToList();
        if (plain.Find(item => Follows(item.Name!.ToString())) is { } next)
        {
            edits.Insert(next.SpanStart, $"using {Space};{edits.LineBreak}{Indent(next)}");
        }
        else if (plain.Count > 0)
        {
            edits.Insert(plain.Last().Span.End, $"{edits.LineBreak}{Indent(plain.Last())}using {Space};");
        }
        else if (usings.Count > 0)
        {
            edits.Insert(usings[0].SpanStart, $"using {Space};{edits.LineBreak}{Indent(usings[0])}");
        }
        else
        {
            var first = unit.AttributeLists.Count > 0 ? (SyntaxNode)unit.AttributeLists[0] : unit.Members[0];
            edits.Insert(first.SpanStart, $"using {Space};{edits.LineBreak}{edits.LineBreak}");
        }
    }

    private string Indent(SyntaxNode directive) => directive.Parent is NamespaceDeclarationSyntax ? edits.IndentOf(directive) : "";

    private static bool IsOf(ISymbol symbol, INamespaceSymbol runtime) => SymbolEqualityComparer.Default.Equals(symbol.ContainingNamespace, runtime) && symbol is INamedTypeSymbol;

    private static bool Follows(string name) => name != "System" && !name.StartsWith("System.", StringComparison.Ordinal) && string.CompareOrdinal(name, Space) > 0;
}
