using System.Collections.Concurrent;
using System.Collections.Immutable;
using Basic.Reference.Assemblies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GrpoAnalyzers.Analyzers.Tests;

/// <summary>Compiles a case as a user's project would be compiled, and runs the analyzer on it.</summary>
public static class CaseCompilation
{
    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest);

    private static readonly ImmutableArray<MetadataReference> References =
        [.. Net80.References.All, MetadataReference.CreateFromFile(typeof(TorchSharp.torch).Assembly.Location)];

    private static readonly ConcurrentDictionary<string, Task<IReadOnlyList<ExpectedDiagnostic>>> Results = new(StringComparer.Ordinal);

    public static CSharpCompilation Compile(Case shape)
    {
        var trees = shape.Files.Select(f => CSharpSyntaxTree.ParseText(f.Text, ParseOptions, f.Name)).ToList();
        var isProgram = trees.Any(t => ((CompilationUnitSyntax)t.GetRoot()).Members.OfType<GlobalStatementSyntax>().Any());
        return CSharpCompilation.Create(
            shape.Name,
            trees,
            References,
            new CSharpCompilationOptions(
                isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
                nullableContextOptions: NullableContextOptions.Enable));
    }

    /// <summary>What GRPO001 to GRPO003 report on a case, in the order of <see cref="Case.Expected"/>.</summary>
    public static Task<IReadOnlyList<ExpectedDiagnostic>> AnalyzeAsync(Case shape) => Results.GetOrAdd(shape.Name, _ => RunAsync(shape));

    private static Task<IReadOnlyList<ExpectedDiagnostic>> RunAsync(Case shape) => AnalyzeAsync(Compile(shape));

    /// <summary>What GRPO001 to GRPO003 report on a compilation.</summary>
    public static async Task<IReadOnlyList<ExpectedDiagnostic>> AnalyzeAsync(CSharpCompilation compilation)
    {
        var analysis = compilation.WithAnalyzers([new GrpoAnalyzer()]);
        var found = new List<ExpectedDiagnostic>();
        foreach (var diagnostic in await analysis.GetAnalyzerDiagnosticsAsync())
        {
            if (diagnostic.Id == "AD0001")
                throw new InvalidOperationException(diagnostic.GetMessage(null));
            if (diagnostic.Id is not ("GRPO001" or "GRPO002" or "GRPO003"))
                continue;
            var place = diagnostic.Location.GetLineSpan();
            found.Add(new ExpectedDiagnostic(place.Path, place.StartLinePosition.Line + 1, diagnostic.Id));
        }

        return [.. found.OrderBy(e => e.ToString(), StringComparer.Ordinal)];
    }
}
