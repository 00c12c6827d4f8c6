using Spectre.Console;

namespace GrpoAnalyzers.Cli.Output;

/// <summary>What is shown only to a person at a terminal: colour and progress.</summary>
internal static class Terminal
{
    public static bool HasColour =>
        !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not "dumb";

    /// <summary>What the user has to know about what was not read, each sentence once.</summary>
    public static async Task WriteNotesAsync(IEnumerable<string> notes)
    {
        foreach (var note in notes.Distinct(StringComparer.Ordinal))
        {
            await Console.Error.WriteLineAsync($"grpo: {note}");
        }
    }

    /// <summary>Writes a report to a file, or to the terminal where none is named.</summary>
    public static async Task WriteReportAsync(string report, string? output)
    {
        if (output is null)
        {
            await Console.Out.WriteAsync(report);
        }
        else
        {
            AtomicFile.Write(output, report);
        }
    }

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
