using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using GrpoAnalyzers.Cli.Fixes;
using GrpoAnalyzers.Cli.Input;
using GrpoAnalyzers.Cli.Loose;
using GrpoAnalyzers.Cli.Output;
using GrpoAnalyzers.Cli.Projects;

namespace GrpoAnalyzers.Cli.Commands;

/// <summary>grpo fix: applies the first fix of each finding, or shows what it would change.</summary>
internal static class FixCommand
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("paths") { Description = "Solutions, projects, folders or C# files; the current folder if none is named.", Arity = ArgumentArity.ZeroOrMore };
        var rules = new Option<string[]>("--rules") { Description = "The rules to fix, for example GRPO001,GRPO003; all that have fixes if none is named." };
        var fix = new Option<string[]>("--fix") { Description = "Another fix of a rule than its first, for example GRPO001=constant." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Print the changes as a unified diff and change nothing." };
        var reference = new Option<string[]>("--reference", "-r") { Description = "An assembly that loose files are compiled against, for example TorchSharp.dll." };
        var command = new Command("fix", "Applies the first fix of each finding, or shows it as a diff.") { paths, rules, fix, dryRun, reference };
        command.Options.Add(new HelpOption { Action = new HelpWithFixes() });
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(paths) ?? [],
            FixChoice.From(parsed.GetValue(rules) ?? [], parsed.GetValue(fix) ?? []),
            parsed.GetValue(dryRun),
            parsed.GetValue(reference) ?? [],
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string[] paths, FixChoice choice, bool dryRun, string[] references, CancellationToken cancellation)
    {
        if (references.FirstOrDefault(path => !File.Exists(path)) is { } absent)
        {
            throw new CannotRunException($"there is no assembly '{absent}'");
        }

        var inputs = CheckInputs.From(paths);
        var outcome = await Terminal.WithProgressAsync("fixing", () => FixAsync(inputs, references, choice, cancellation));
        var written = dryRun ? outcome : FixWriter.Write(outcome, cancellation);
        foreach (var note in written.Notes.Distinct(StringComparer.Ordinal))
        {
            await Console.Error.WriteLineAsync($"grpo: {note}");
        }

        if (dryRun)
        {
            await Console.Out.WriteAsync(string.Concat(outcome.Files.Select(file => UnifiedDiff.Of(file.File.Path, file.File.Text, file.Text))));
            await Console.Error.WriteAsync(FixReport.Of(outcome, dryRun));
        }
        else
        {
            await Console.Out.WriteAsync(FixReport.Of(written, dryRun));
        }

        // Even then it is said which files were written.
        cancellation.ThrowIfCancellationRequested();

        return written.Incomplete ? GrpoCommand.CannotRun : written.Left.Count > 0 ? GrpoCommand.HasFindings : GrpoCommand.Clean;
    }

    private static async Task<FixOutcome> FixAsync(CheckInputs inputs, string[] references, FixChoice choice, CancellationToken cancellation)
    {
        var outcome = FixOutcome.Nothing;
        if (inputs.Solutions.Count + inputs.Projects.Count > 0)
        {
            outcome = outcome.And(await ProjectFix.RunAsync(inputs.Solutions, inputs.Projects, references, choice, cancellation));
        }

        if (inputs.Files.Count > 0)
        {
            outcome = outcome.And(await LooseFileFix.RunAsync(inputs.Files, references, choice, cancellation));
        }

        return outcome.Merged();
    }

    private sealed class HelpWithFixes : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            new HelpAction().Invoke(parseResult);
            parseResult.InvocationConfiguration.Output.WriteLine(
                """
                Fixes:
                  GRPO001=token-mean   divide by the batch's number of tokens (the first)
                  GRPO001=constant     divide by the largest number of tokens a completion may have
                  GRPO001=runtime      let GrpoAnalyzers.Runtime compute the loss, where the project references it
                  GRPO002=centre       subtract the group's mean and do not divide
                  GRPO002=runtime      let GrpoAnalyzers.Runtime estimate the advantages, where the project references it
                  GRPO003=kl-check     leave the update loop when the KL divergence exceeds a limit
                  GRPO003=runtime      let a RatioGuard of GrpoAnalyzers.Runtime end the update loop, where the project references it

                Examples:
                  grpo fix --dry-run                          what would change below the current folder
                  grpo fix Trainer.sln                        a solution, through its own SDK
                  grpo fix src --rules GRPO001 --fix GRPO001=constant
                  grpo fix --dry-run src > grpo.patch && git apply grpo.patch

                Exit codes: 0 no finding is left, 1 findings are left that have no fix, 2 (some of) what was asked could not be fixed or written,
                130 interrupted. With --dry-run they say what they would be. A file is replaced whole or not at all.
                """);
            return GrpoCommand.Clean;
        }
    }
}
