using GrpoAnalyzers.Cli.Fixes;
using GrpoAnalyzers.Cli.Output;
using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Cli.Loose;

/// <summary>Fixes files that belong to no project, read as <see cref="LooseFileCheck"/> reads them.</summary>
internal static class LooseFileFix
{
    public static async Task<FixOutcome> RunAsync(IReadOnlyList<string> paths, IReadOnlyList<string> references, FixChoice choice, CancellationToken cancellation)
    {
        var (files, read) = LooseFileCheck.Read(paths, LooseFileCheck.Parsing, cancellation);
        var outcome = FixOutcome.Nothing with { Notes = read.Notes, Incomplete = read.Incomplete };
        if (!files.Any(file => file.Mentions.Contains("TorchSharp")))
            return outcome;

        var metadata = await LooseFileCheck.MetadataAsync(references, cancellation);
        foreach (var unit in CompilationUnits.Of(files))
            outcome = outcome.And(await FixAsync(unit, metadata, choice, cancellation));
        return outcome;
    }

    private static async Task<FixOutcome> FixAsync(
        IReadOnlyList<SourceFile> unit, IReadOnlyList<MetadataReference> metadata, FixChoice choice, CancellationToken cancellation)
    {
        var files = unit.Select(file => EncodedFile.Read(file.Path)).ToDictionary(file => file.Path, StringComparer.Ordinal);
        using var workspace = new FixWorkspace(
            files.Values.Select(file => (file.Path, file.Text)), LooseFileCheck.ImplicitUsings.ToString(), metadata, LooseFileCheck.Parsing, LooseFileCheck.OptionsOf(unit), choice);
        var before = await workspace.FindingsAsync(cancellation);
        if (before.Count == 0)
            return FixOutcome.Nothing;

        var errors = await workspace.ErrorsAsync(cancellation);
        var notes = before.Select(finding => finding.Path).Distinct(StringComparer.Ordinal).Where(errors.ContainsKey)
            .Select(path => $"{DisplayPath.Of(path)}({Place(errors[path])}): {errors[path].Id}: {errors[path].GetMessage(System.Globalization.CultureInfo.InvariantCulture)}; the file does not compile and is left untouched")
            .ToList();
        await workspace.FixAsync(path => files.ContainsKey(path) && !errors.ContainsKey(path), cancellation);

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
