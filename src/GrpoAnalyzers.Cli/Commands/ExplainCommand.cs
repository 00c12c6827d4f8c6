using System.CommandLine;
using System.Globalization;
using GrpoAnalyzers.Cli.Input;
using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Cli.Commands;

/// <summary>grpo explain: the page of a rule, or the list of rules.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var id = new Argument<string?>("id") { Description = "The rule, for example GRPO001; without it, the rules are listed.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("explain", "Explains a rule.") { id };
        command.SetAction(parsed =>
        {
            parsed.InvocationConfiguration.Output.Write(parsed.GetValue(id) is { } asked ? Page(asked) : List());
            return GrpoCommand.Clean;
        });
        return command;
    }

    private static IEnumerable<DiagnosticDescriptor> Rules =>
        new GrpoAnalyzer().SupportedDiagnostics.DistinctBy(rule => rule.Id).OrderBy(rule => rule.Id, StringComparer.Ordinal);

    private static string List() => string.Concat(Rules.Select(rule => $"{rule.Id}  {rule.Title.ToString(CultureInfo.InvariantCulture)}\n"));

    private static string Page(string asked)
    {
        if (Rules.FirstOrDefault(rule => rule.Id.Equals(asked, StringComparison.OrdinalIgnoreCase)) is not { } rule)
        {
            throw new CannotRunException($"there is no rule '{asked}'; the rules are {string.Join(", ", Rules.Select(r => r.Id))}");
        }

        using var page = typeof(ExplainCommand).Assembly.GetManifestResourceStream($"rules/{rule.Id}.md");
        if (page is null)
        {
            return $"{rule.Id}: {rule.Title.ToString(CultureInfo.InvariantCulture)}\n\n{rule.Description.ToString(CultureInfo.InvariantCulture)}\n";
        }

        using var reader = new StreamReader(page);
        return reader.ReadToEnd().TrimEnd() + "\n";
    }
}
