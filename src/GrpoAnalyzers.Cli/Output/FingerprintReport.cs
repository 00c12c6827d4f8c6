using System.Text;
using System.Text.Json;

namespace GrpoAnalyzers.Cli.Output;

/// <summary>The rows of losses, as a table for reading and as one JSON object.</summary>
internal static class FingerprintReport
{
    private static readonly string[] Parts =
        ["method", "weighting", "ratio", "surrogate", "clip", "regulariser", "advantage", "updates", "optimiser", "residual"];

    public static string Text(IReadOnlyList<Finding> rows, int files)
    {
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.Append($"{DisplayPath.Of(row.Path)}({row.Line},{row.Column})\n");
            foreach (var part in Parts)
            {
                text.Append($"    {part,-12} {row.Properties.GetValueOrDefault(part)}\n");
            }

            text.Append('\n');
        }

        var read = $"{files} {(files == 1 ? "file" : "files")}";
        return text.Append(rows.Count == 0 ? $"No loss of the GRPO family in {read}.\n" : $"{rows.Count} {(rows.Count == 1 ? "loss" : "losses")} in {read}.\n").ToString();
    }

    public static string Json(IReadOnlyList<Finding> rows, int files) =>
        JsonSerializer.Serialize(
            new
            {
                Files = files,
                Losses = rows.Select(row => Parts
                    .Select(part => (Name: part, Value: (object?)row.Properties.GetValueOrDefault(part)))
                    .Prepend((Name: "column", Value: row.Column))
                    .Prepend((Name: "line", Value: row.Line))
                    .Prepend((Name: "path", Value: DisplayPath.Of(row.Path).Replace('\\', '/')))
                    .ToDictionary(entry => entry.Name, entry => entry.Value)),
            },
            JsonReport.Layout) + "\n";
}
