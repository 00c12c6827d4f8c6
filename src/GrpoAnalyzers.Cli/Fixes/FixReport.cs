using System.Text;
using GrpoAnalyzers.Cli.Output;

namespace GrpoAnalyzers.Cli.Fixes;

/// <summary>Says which files were fixed of what, and where the user has to help.</summary>
internal static class FixReport
{
    public static string Of(FixOutcome outcome, bool isDryRun)
    {
        var text = new StringBuilder();
        foreach (var file in outcome.Fixed.GroupBy(finding => finding.Path, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var counts = file.CountBy(finding => finding.Id).OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => count.Value == 1 ? count.Key : $"{count.Key} ({count.Value} times)");
            text.Append($"{DisplayPath.Of(file.Key)}: {(isDryRun ? "would fix" : "fixed")} {string.Join(", ", counts)}\n");
        }

        foreach (var finding in outcome.Left)
            text.Append($"{DisplayPath.Of(finding.Path)}({finding.Line},{finding.Column}): {finding.Id} is left; 'grpo explain {finding.Id}' says what to write\n");
        return text.Append(Summary(outcome, isDryRun)).Append('\n').ToString();
    }

    private static string Summary(FixOutcome outcome, bool isDryRun)
    {
        if (outcome.Fixed.Count + outcome.Left.Count == 0)
            return outcome.Incomplete ? "Nothing was fixed." : "There is nothing to fix.";
        var files = outcome.Files.Count;
        var left = outcome.Left.Count == 0 ? "none is left" : outcome.Left.Count == 1 ? "1 is left" : $"{outcome.Left.Count} are left";
        return $"{(isDryRun ? "Would fix" : "Fixed")} {outcome.Fixed.Count} {(outcome.Fixed.Count == 1 ? "finding" : "findings")} in {files} {(files == 1 ? "file" : "files")}; {left}.";
    }
}
