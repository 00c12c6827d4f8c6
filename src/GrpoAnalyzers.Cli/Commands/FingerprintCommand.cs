using System.CommandLine;
using GrpoAnalyzers.Cli.Input;
using GrpoAnalyzers.Cli.Output;

namespace GrpoAnalyzers.Cli.Commands;

/// <summary>grpo fingerprint: the row of the unified formulation that each loss is.</summary>
internal static class FingerprintCommand
{
    private const string Rule = "GRPO000";

    // The rule is hidden, and a compiler logs nothing that is hidden; nor does the rule show rows with gaps unless it is asked to.
    private const string Configuration =
        $"""
        is_global = true
        global_level = 1000
        dotnet_diagnostic.{Rule}.severity = suggestion
        grpo_report_partial_fingerprints = true

        """;

    public static Command Create()
    {
        var paths = new Argument<string[]>("paths") { Description = "Solutions, projects, folders or C# files; the current folder if none is named.", Arity = ArgumentArity.ZeroOrMore };
        var format = new Option<string>("--format") { Description = "How rows are written.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        var output = new Option<string?>("--output", "-o") { Description = "The file to write to, instead of the terminal." };
        var reference = new Option<string[]>("--reference", "-r") { Description = "An assembly that loose files are compiled against, for example TorchSharp.dll." };
        var command = new Command("fingerprint", "Prints which row of the unified formulation each loss is.") { paths, format, output, reference };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(paths) ?? [], parsed.GetValue(format)!, parsed.GetValue(output), parsed.GetValue(reference) ?? [], cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string[] paths, string format, string? output, string[] references, CancellationToken cancellation)
    {
        var inputs = CheckInputs.From(paths);
        var outcome = await Terminal.WithProgressAsync("reading", () => Analysis.RunAsync(inputs, references, Configuration, cancellation));
        await Terminal.WriteNotesAsync(outcome.Notes);
        var rows = Finding.Merge(outcome.Findings.Where(finding => finding.Id == Rule));
        cancellation.ThrowIfCancellationRequested();
        await Terminal.WriteReportAsync(format == "json" ? FingerprintReport.Json(rows, outcome.Files) : FingerprintReport.Text(rows, outcome.Files), output);
        return outcome.Incomplete ? GrpoCommand.CannotRun : GrpoCommand.Clean;
    }
}
