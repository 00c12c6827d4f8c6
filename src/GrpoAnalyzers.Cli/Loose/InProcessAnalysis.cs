using System.Collections.Immutable;
using GrpoAnalyzers.Cli.Output;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GrpoAnalyzers.Cli.Loose;

/// <summary>Runs the analyzer inside this process, which, unlike the compiler, does so even where declarations are wrong.</summary>
internal static class InProcessAnalysis
{
    public static async Task<CheckOutcome> RunAsync(
        IReadOnlyList<SyntaxTree> trees,
        IReadOnlyList<MetadataReference> references,
        CSharpCompilationOptions options,
        string? configuration,
        CancellationToken cancellation)
    {
        var settings = EditorConfigFiles.For(trees, configuration);
        var compilation = CSharpCompilation.Create("grpo-check", trees, references, options.WithSyntaxTreeOptionsProvider(settings));
        var failures = new List<string>();
        var analysis = compilation.WithAnalyzers(
            [new GrpoAnalyzer()],
            new CompilationWithAnalyzersOptions(
                new AnalyzerOptions([], settings.Options),
                (exception, _, diagnostic) =>
                {
                    lock (failures)
                    {
                        failures.Add($"the analyzer failed: {exception.GetType().Name}: {exception.Message}");
                    }
                },
                concurrentAnalysis: true,
                logAnalyzerExecutionTime: false,
                reportSuppressedDiagnostics: false));
        ImmutableArray<Diagnostic> found = await analysis.GetAnalyzerDiagnosticsAsync(cancellation);
        return new CheckOutcome(
            [.. found.Where(d => d.Location.IsInSource && !d.IsSuppressed).Select(Finding.From)],
            trees.Count,
            [.. failures.Distinct(StringComparer.Ordinal)],
            failures.Count > 0);
    }
}
