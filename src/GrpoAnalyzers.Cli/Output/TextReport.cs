using System.Text;
using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Cli.Output;

/// <summary>Findings as a compiler prints them, each followed by its line and a caret underline, then one line that sums up.</summary>
internal static class TextReport
{
    public static string Of(IReadOnlyList<Finding> findings, int files, bool colour)
    {
        var text = new StringBuilder();
        var lines = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var finding in findings)
        {
            var tint = finding.Severity switch { DiagnosticSeverity.Error => "31", DiagnosticSeverity.Warning => "33", _ => "36" };
            text.Append($"{DisplayPath.Of(finding.Path)}({finding.Line},{finding.Column}): ")
                .Append(Paint($"{finding.SeverityName} {finding.Id}", tint, colour))
                .Append($": {finding.Message}\n");
            if (!lines.TryGetValue(finding.Path, out var source))
            {
                lines[finding.Path] = source = File.Exists(finding.Path) ? File.ReadAllLines(finding.Path) : [];
            }

            if (finding.Line <= source.Length)
            {
                var (line, carets) = Underline(source[finding.Line - 1], finding);
                text.Append($"    {line}\n    ").Append(Paint(carets, tint, colour)).Append('\n');
            }

            text.Append('\n');
        }

        return text.Append(Summary(findings, files)).Append('\n').ToString();
    }

    private static (string Line, string Carets) Underline(string line, Finding finding)
    {
        // Indentation is dropped; tabs stay tabs below the line, so that the carets stand under what they mark.
        var indentation = Math.Min(line.Length - line.TrimStart().Length, finding.Column - 1);
        var start = Math.Min(finding.Column - 1, line.Length);
        var end = finding.EndLine > finding.Line ? line.TrimEnd().Length : Math.Min(finding.EndColumn - 1, line.Length);
        var padding = string.Concat(line[indentation..start].Select(c => c == '\t' ? '\t' : ' '));
        return (line[indentation..].TrimEnd(), padding + new string('^', Math.Max(1, end - start)));
    }

    private static string Summary(IReadOnlyList<Finding> findings, int files)
    {
        var read = $"{files} {(files == 1 ? "file" : "files")}";
        if (findings.Count == 0)
        {
            return $"No findings in {read}.";
        }

        var counts = findings.GroupBy(f => f.Id).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Key}: {g.Count()}");
        return $"{findings.Count} {(findings.Count == 1 ? "finding" : "findings")} in {read} ({string.Join(", ", counts)}). 'grpo explain {findings[0].Id}' says more.";
    }

    private static string Paint(string text, string tint, bool colour) => colour ? $"\u001b[1;{tint}m{text}\u001b[0m" : text;
}
