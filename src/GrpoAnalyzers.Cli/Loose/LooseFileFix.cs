using GrpoAnalyzers.Cli.Fixes;

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
        {
            outcome = outcome.And(await InProcessFix.RunAsync(
                unit, LooseFileCheck.ImplicitUsings.ToString(), metadata, LooseFileCheck.Parsing, LooseFileCheck.OptionsOf(unit), _ => true, choice, cancellation));
        }

        return outcome;
    }
}
