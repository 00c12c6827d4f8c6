using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;
using System.Runtime.InteropServices;
using GrpoAnalyzers.Cli.Input;

namespace GrpoAnalyzers.Cli.Commands;

/// <summary>The grpo command: its subcommands, and what its exit codes mean.</summary>
internal static class GrpoCommand
{
    public const int Clean = 0;
    public const int HasFindings = 1;
    public const int CannotRun = 2;
    public const int Interrupted = 130;

    public static string Version { get; } =
        typeof(GrpoCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static async Task<int> RunAsync(string[] arguments)
    {
        using var interruption = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        void Cancel(PosixSignalContext context)
        {
            context.Cancel = true;
            interruption.Cancel();
        }

        var parsed = Root().Parse(arguments);
        if (parsed.Action is ParseErrorAction)
        {
            await Console.Error.WriteLineAsync($"grpo: {parsed.Errors[0].Message.TrimEnd('.')}; 'grpo --help' shows what can be asked");
            return CannotRun;
        }

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
                interruption.Token);
        }
        catch (CannotRunException exception)
        {
            await Console.Error.WriteLineAsync($"grpo: {exception.Message}");
            return CannotRun;
        }
        catch (OperationCanceledException) when (interruption.IsCancellationRequested)
        {
            return Interrupted;
        }
    }

    private static RootCommand Root()
    {
        var root = new RootCommand("Finds objective biases in trainers of the GRPO family written against TorchSharp.")
        {
            CheckCommand.Create(),
            FixCommand.Create(),
            ExplainCommand.Create(),
            FingerprintCommand.Create(),
        };
        foreach (var version in root.Options.OfType<VersionOption>())
        {
            version.Action = new PrintVersion();
        }

        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Action = new HelpWithExamples((HelpAction)help.Action!);
        }

        return root;
    }

    private sealed class PrintVersion : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(Version);
            return Clean;
        }
    }

    private sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            help.Invoke(parseResult);
            parseResult.InvocationConfiguration.Output.WriteLine(
                """
                Examples:
                  grpo check                                  what is below the current folder
                  grpo check Trainer.sln                      a solution, through its own compiler
                  grpo check src/Train.cs --severity error    one file; only errors count
                  grpo check src --format sarif --output grpo.sarif
                  grpo fix --dry-run                          what the fixes would change, as a diff
                  grpo fingerprint src/Train.cs               which method each loss is, and how it differs from it
                  grpo explain GRPO001                        why, and what to write instead

                Exit codes: 0 no findings, 1 findings (fix: findings are left), 2 could not do (all of) what was asked, 130 interrupted.
                """);
            return Clean;
        }
    }
}
