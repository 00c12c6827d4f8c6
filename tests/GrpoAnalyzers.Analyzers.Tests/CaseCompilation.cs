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

    private static readonly ConcurrentDictionary<string, Lazy<Task<(CSharpCompilation, IReadOnlyList<Diagnostic>)>>> Results = new(StringComparer.Ordinal);

    public static CSharpCompilation Compile(Case shape) => Compile([.. shape.Files.Select(file => (file.Name, file.Text))], shape.Name);

    /// <summary>A library, or a program where one of the files has statements of its own.</summary>
    public static CSharpCompilation Compile(IEnumerable<(string Name, string Text)> files, string name = "Code")
    {
        var trees = files.Select(file => CSharpSyntaxTree.ParseText(file.Text, ParseOptions, file.Name)).ToList();
        var isProgram = trees.Exists(tree => ((CompilationUnitSyntax)tree.GetRoot()).Members.OfType<GlobalStatementSyntax>().Any());
        return CSharpCompilation.Create(
            name,
            trees,
            References,
            new CSharpCompilationOptions(
                isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
                nullableContextOptions: NullableContextOptions.Enable));
    }

    /// <summary>What GRPO001 to GRPO003 report on a case, in the order of <see cref="Case.Expected"/>.</summary>
    public static async Task<IReadOnlyList<ExpectedDiagnostic>> AnalyzeAsync(Case shape) => Places((await DiagnoseAsync(shape)).Diagnostics);

    /// <summary>What GRPO001 to GRPO003 report on a compilation.</summary>
    public static async Task<IReadOnlyList<ExpectedDiagnostic>> AnalyzeAsync(CSharpCompilation compilation) => Places(await DiagnoseAsync(compilation));

    /// <summary>A case's compilation, with the diagnostics of GRPO001 to GRPO003 in it. It is analyzed once, whoever asks.</summary>
    public static Task<(CSharpCompilation Compilation, IReadOnlyList<Diagnostic> Diagnostics)> DiagnoseAsync(Case shape) =>
        Results.GetOrAdd(shape.Name, _ => new(async () =>
        {
            var compilation = Compile(shape);
            return (compilation, await DiagnoseAsync(compilation));
        })).Value;

    public static bool IsJudged(string id) => id is "GRPO001" or "GRPO002" or "GRPO003";

    private static async Task<IReadOnlyList<Diagnostic>> DiagnoseAsync(CSharpCompilation compilation)
    {
        var diagnostics = await compilation.WithAnalyzers([new GrpoAnalyzer()]).GetAnalyzerDiagnosticsAsync();
        return diagnostics.FirstOrDefault(diagnostic => diagnostic.Id == "AD0001") is { } failure
            ? throw new InvalidOperationException(failure.GetMessage(null))
            : [.. diagnostics.Where(diagnostic => IsJudged(diagnostic.Id))];
    }

    private static IReadOnlyList<ExpectedDiagnostic> Places(IEnumerable<Diagnostic> diagnostics) =>
        [.. diagnostics.Select(Place).OrderBy(e => e.ToString(), StringComparer.Ordinal)];

    /// <summary>The line that a diagnostic lies on, as markup would name it.</summary>
    public static ExpectedDiagnostic Place(Diagnostic diagnostic)
    {
        var place = diagnostic.Location.GetLineSpan();
        return new ExpectedDiagnostic(place.Path, place.StartLinePosition.Line + 1, diagnostic.Id);
    }
}
