using System.CommandLine;
using GrpoAnalyzers.Cli.Input;
using GrpoAnalyzers.Cli.Output;
using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Cli.Commands;

/// <summary>grpo check: finds and prints.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("paths") { Description = "Solutions, projects, folders or C# files; the current folder if none is named.", Arity = ArgumentArity.ZeroOrMore };
        var format = new Option<string>("--format") { Description = "How findings are written.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json", "sarif");
        var output = new Option<string?>("--output", "-o") { Description = "The file to write to, instead of the terminal." };
        var severity = new Option<string>("--severity") { Description = "The least severity that counts.", DefaultValueFactory = _ => "warning" };
        severity.AcceptOnlyFromAmong("error", "warning", "info", "hidden");
        var reference = new Option<string[]>("--reference", "-r") { Description = "An assembly that loose files are compiled against, for example TorchSharp.dll." };
        var command = new Command("check", "Finds objective biases in solutions, projects, folders or files.") { paths, format, output, severity, reference };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(paths) ?? [],
            parsed.GetValue(format)!,
            parsed.GetValue(output),
            Enum.Parse<DiagnosticSeverity>(parsed.GetValue(severity)!, ignoreCase: true),
            parsed.GetValue(reference) ?? [],
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        string[] paths, string format, string? output, DiagnosticSeverity severity, string[] references, CancellationToken cancellation)
    {
        var inputs = CheckInputs.From(paths);
        var outcome = await Terminal.WithProgressAsync("checking", () => Analysis.RunAsync(inputs, references, configuration: null, cancellation));
        await Terminal.WriteNotesAsync(outcome.Notes);
        var findings = Finding.Merge(outcome.Findings.Where(finding => finding.Severity >= severity));
        var report = format switch
        {
            "json" => JsonReport.Of(findings, outcome.Files),
            "sarif" => SarifReport.Of(findings),
            _ => TextReport.Of(findings, outcome.Files, output is null && Terminal.HasColour),
        };
        cancellation.ThrowIfCancellationRequested();
        await Terminal.WriteReportAsync(report, output);

        return findings.Count > 0 ? GrpoCommand.HasFindings : outcome.Incomplete ? GrpoCommand.CannotRun : GrpoCommand.Clean;
    }
}
