using Spectre.Console;

namespace GrpoAnalyzers.Cli.Output;

/// <summary>What is shown only to a person at a terminal: colour and progress.</summary>
internal static class Terminal
{
    public static bool HasColour =>
        !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not "dumb";

    public static async Task<T> WithProgressAsync<T>(string doing, Func<Task<T>> work)
    {
        if (Console.IsErrorRedirected || Environment.GetEnvironmentVariable("TERM") is "dumb")
        {
            return await work();
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.Status().StartAsync(Markup.Escape(doing), _ => work());
    }
}
