using GrpoAnalyzers.Cli.Output;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GrpoAnalyzers.Cli.Loose;

/// <summary>Checks files that belong to no project, as if they were in a console project of the current framework.</summary>
internal static class LooseFileCheck
{
    public static readonly CSharpParseOptions Parsing = CSharpParseOptions.Default
        .WithLanguageVersion(LanguageVersion.Preview)
        .WithPreprocessorSymbols((string[])["NET", "NETCOREAPP", "NET10_0", .. Enumerable.Range(5, 6).Select(v => $"NET{v}_0_OR_GREATER")]);

    public static readonly SyntaxTree ImplicitUsings = CSharpSyntaxTree.ParseText(
        string.Concat(new[] { "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks" }
            .Select(name => $"global using global::{name};\n")),
        Parsing);

    public static async Task<CheckOutcome> RunAsync(IReadOnlyList<string> paths, IReadOnlyList<string> references, string? configuration, CancellationToken cancellation)
    {
        var (files, outcome) = Read(paths, Parsing, cancellation);
        if (!files.Any(file => file.Mentions.Contains("TorchSharp")))
        {
            // Without TorchSharp there is no trainer to find anything in, so there is no need to look for the package.
            return outcome with { Files = files.Count };
        }

        var metadata = await MetadataAsync(references, cancellation);
        foreach (var unit in CompilationUnits.Of(files))
        {
            outcome = outcome.And(await InProcessAnalysis.RunAsync([ImplicitUsings, .. unit.Select(file => file.Tree)], metadata, OptionsOf(unit), configuration, cancellation));
        }

        return outcome with { Files = files.Count };
    }

    /// <summary>The framework, TorchSharp, and what the user names.</summary>
    public static async Task<IReadOnlyList<MetadataReference>> MetadataAsync(IReadOnlyList<string> references, CancellationToken cancellation)
    {
        IReadOnlyList<string> torchSharp = references.Any(r => Path.GetFileName(r).Equals("TorchSharp.dll", StringComparison.OrdinalIgnoreCase))
            ? []
            : [await TorchSharpReference.FindAsync(cancellation)];
        return [.. FrameworkReferences.Concat(torchSharp).Concat(references).Select(MetadataReference (path) => MetadataReference.CreateFromFile(path))];
    }

    public static CSharpCompilationOptions OptionsOf(IReadOnlyList<SourceFile> unit) => new(
        unit.Any(file => file.IsProgram) ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
        allowUnsafe: true,
        nullableContextOptions: NullableContextOptions.Enable);

    /// <summary>Parses the files; one with syntax errors is named in the notes and left out.</summary>
    public static (IReadOnlyList<SourceFile> Files, CheckOutcome Outcome) Read(IReadOnlyList<string> paths, CSharpParseOptions parsing, CancellationToken cancellation)
    {
        var files = new List<SourceFile>();
        var notes = new List<string>();
        foreach (var path in paths)
        {
            cancellation.ThrowIfCancellationRequested();
            if (SourceText(path) is not { } text)
            {
                notes.Add($"{DisplayPath.Of(path)} cannot be read and is left out");
                continue;
            }

            var tree = CSharpSyntaxTree.ParseText(text, parsing, path, cancellation);
            if (tree.GetDiagnostics(cancellation).FirstOrDefault(d => d.Severity == DiagnosticSeverity.Error) is { } error)
            {
                var place = error.Location.GetLineSpan().StartLinePosition;
                notes.Add($"{DisplayPath.Of(path)}({place.Line + 1},{place.Character + 1}): {error.Id}: {error.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}; the file is left out");
                continue;
            }

            files.Add(new SourceFile(tree));
        }

        return (files, new CheckOutcome([], 0, notes, notes.Count > 0));
    }

    private static IEnumerable<string> FrameworkReferences
    {
        get
        {
            var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
            return ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
                .Split(Path.PathSeparator)
                .Where(path => string.Equals(Path.GetDirectoryName(path), framework, StringComparison.Ordinal));
        }
    }

    private static Microsoft.CodeAnalysis.Text.SourceText? SourceText(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return Microsoft.CodeAnalysis.Text.SourceText.From(stream);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return null;
        }
    }
}
