using System.Globalization;
using GrpoAnalyzers.Cli.Fixes;
using GrpoAnalyzers.Cli.Output;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GrpoAnalyzers.Cli.Loose;

/// <summary>Fixes one program in this process; files that do not compile are named and left untouched.</summary>
internal static class InProcessFix
{
    public static async Task<FixOutcome> RunAsync(
        IReadOnlyList<SourceFile> program,
        string? globalUsings,
        IReadOnlyList<MetadataReference> metadata,
        CSharpParseOptions parsing,
        CSharpCompilationOptions options,
        Func<string, bool> mayChange,
        FixChoice choice,
        CancellationToken cancellation)
    {
        var files = program.Select(file => EncodedFile.Read(file.Path)).ToDictionary(file => file.Path, StringComparer.Ordinal);
        using var workspace = new FixWorkspace(files.Values.Select(file => (file.Path, file.Text)), globalUsings, metadata, parsing, options, choice);
        var before = await workspace.FindingsAsync(cancellation);
        if (before.Count == 0)
            return FixOutcome.Nothing;

        var errors = await workspace.ErrorsAsync(cancellation);
        var notes = before.Select(finding => finding.Path).Distinct(StringComparer.Ordinal).Where(errors.ContainsKey)
            .Select(path => $"{DisplayPath.Of(path)}({Place(errors[path])}): {errors[path].Id}: {errors[path].GetMessage(CultureInfo.InvariantCulture)}; the file does not compile and is left untouched")
            .ToList();
        await workspace.FixAsync(path => files.ContainsKey(path) && mayChange(path) && !errors.ContainsKey(path), cancellation);

        var texts = await workspace.TextsAsync(cancellation);
        var left = await workspace.FindingsAsync(cancellation);
        return new FixOutcome(
            [.. files.Values.Where(file => texts[file.Path] != file.Text).Select(file => new FixedFile(file, texts[file.Path]))],
            Finding.Gone(before, left),
            left,
            notes,
            notes.Count > 0);
    }

    private static string Place(Diagnostic error) =>
        error.Location.GetLineSpan().StartLinePosition is var place ? $"{place.Line + 1},{place.Character + 1}" : "";
}
