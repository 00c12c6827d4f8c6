using GrpoAnalyzers.Cli.Fixes;
using GrpoAnalyzers.Cli.Loose;
using GrpoAnalyzers.Cli.Output;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GrpoAnalyzers.Cli.Projects;

/// <summary>What a project's build gives the compiler, as the injected target wrote it down.</summary>
internal sealed class CompilerArguments
{
    private readonly Dictionary<string, List<string>> values = [];

    private CompilerArguments(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            var bar = line.IndexOf('|', StringComparison.Ordinal);
            if (bar > 0)
            {
                var key = line[..bar];
                if (!values.TryGetValue(key, out var list))
                {
                    values.Add(key, list = []);
                }

                list.Add(line[(bar + 1)..]);
            }
        }
    }

    public string Project => Single("project");

    public IReadOnlyList<string> Sources => values.GetValueOrDefault("source") ?? [];

    public static CompilerArguments Read(string path) => new(File.ReadLines(path));

    /// <summary>Checks the sources in this process: files with syntax errors are named and left out, wrong declarations are passed over.</summary>
    public async Task<CheckOutcome> CheckAsync(IReadOnlyList<string> references, string? configuration, CancellationToken cancellation)
    {
        var (files, outcome) = LooseFileCheck.Read(Sources, Parsing, cancellation);
        return outcome.And(await InProcessAnalysis.RunAsync([.. files.Select(file => file.Tree)], MetadataWith(references), Options, configuration, cancellation));
    }

    /// <summary>Fixes the sources that may be changed and have no errors, in this process.</summary>
    public async Task<FixOutcome> FixAsync(IReadOnlyList<string> references, Func<string, bool> mayChange, FixChoice choice, CancellationToken cancellation)
    {
        var (files, read) = LooseFileCheck.Read(Sources, Parsing, cancellation);
        var outcome = FixOutcome.Nothing with { Notes = read.Notes, Incomplete = read.Incomplete };
        return outcome.And(await InProcessFix.RunAsync(files, null, MetadataWith(references), Parsing, Options, mayChange, choice, cancellation));
    }

    public CSharpParseOptions Parsing => CSharpParseOptions.Default
        .WithLanguageVersion(LanguageVersionFacts.TryParse(Single("language"), out var version) ? version : LanguageVersion.Latest)
        .WithPreprocessorSymbols(Single("define").Split(',', StringSplitOptions.RemoveEmptyEntries));

    public CSharpCompilationOptions Options => new CSharpCompilationOptions(
        Single("output").Equals("Exe", StringComparison.OrdinalIgnoreCase) ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true)
        .WithNullableContextOptions(Single("nullable").Equals("enable", StringComparison.OrdinalIgnoreCase) ? NullableContextOptions.Enable : NullableContextOptions.Disable);

    public IReadOnlyList<MetadataReference> MetadataWith(IReadOnlyList<string> references) =>
        [.. (values.GetValueOrDefault("reference") ?? []).Concat(references).Where(File.Exists).Select(MetadataReference (path) => MetadataReference.CreateFromFile(path))];

    private string Single(string key) => values.TryGetValue(key, out var list) && list.Count > 0 ? list[0] : "";
}
