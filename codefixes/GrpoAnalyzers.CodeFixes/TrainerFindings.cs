using GrpoAnalyzers.Graph;
using GrpoAnalyzers.Rules;
using GrpoAnalyzers.Trainer;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>What the rules find in the types of a compilation, with the model that they found it in.</summary>
internal sealed class TrainerFindings
{
    private readonly AnalyzerOptions options;
    private readonly TrainerSource? source;
    private readonly CancellationToken cancellation;

    public TrainerFindings(Compilation compilation, AnalyzerOptions options, CancellationToken cancellation)
    {
        Compilation = compilation;
        this.options = options;
        this.cancellation = cancellation;
        source = KnownTypes.Of(compilation) is { } types ? new TrainerSource(compilation, types) : null;
    }

    public Compilation Compilation { get; }

    /// <summary>The findings that are reported in a file, in the order in which they stand there.</summary>
    public IReadOnlyList<Found> In(SyntaxTree tree)
    {
        var model = Compilation.GetSemanticModel(tree);
        var found = new List<Found>();
        var seen = new HashSet<(string, Location)>();
        foreach (var declaration in tree.GetRoot(cancellation).DescendantNodes().Where(node => node is TypeDeclarationSyntax).Append(tree.GetRoot(cancellation)))
        {
            if (TypeOf(model, declaration) is not { } type)
            {
                continue;
            }

            foreach (var item in Of(type))
            {
                if (item.Location.SourceTree == tree && seen.Add((item.Finding.Descriptor.Id, item.Location)))
                {
                    found.Add(item);
                }
            }
        }

        return [.. found.OrderBy(item => item.Location.SourceSpan.Start).ThenBy(item => item.Finding.Descriptor.Id, StringComparer.Ordinal)];
    }

    private INamedTypeSymbol? TypeOf(SemanticModel model, SyntaxNode declaration) => declaration switch
    {
        TypeDeclarationSyntax type => model.GetDeclaredSymbol(type, cancellation) as INamedTypeSymbol,
        CompilationUnitSyntax unit => model.GetDeclaredSymbol(unit, cancellation)?.ContainingType,
        _ => null,
    };

    private IEnumerable<Found> Of(INamedTypeSymbol type)
    {
        if (source?.ModelOf(type, OptionsOf(type), cancellation) is not { } model)
        {
            yield break;
        }

        // What is hidden describes a loss and reports no defect of it.
        foreach (var rule in RuleCatalogue.All.Where(rule => rule.Descriptor.DefaultSeverity > DiagnosticSeverity.Hidden))
        {
            foreach (var finding in rule.Find(model))
            {
                if (FindingLocation.Of(finding).Location is { } location)
                {
                    yield return new Found(finding, location);
                }
            }
        }
    }

    private TrainerOptions OptionsOf(INamedTypeSymbol type) =>
        TrainerOptions.From(options.AnalyzerConfigOptionsProvider.GetOptions(type.DeclaringSyntaxReferences[0].SyntaxTree));

    internal sealed record Found(Finding Finding, Location Location)
    {
        public string Id => Finding.Descriptor.Id;
    }
}
