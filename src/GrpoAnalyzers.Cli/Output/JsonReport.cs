using System.Text.Encodings.Web;
using System.Text.Json;

namespace GrpoAnalyzers.Cli.Output;

/// <summary>Findings as one JSON object.</summary>
internal static class JsonReport
{
    public static JsonSerializerOptions Layout { get; } = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Of(IReadOnlyList<Finding> findings, int files) =>
        JsonSerializer.Serialize(
            new
            {
                Files = files,
                Findings = findings.Select(f => new
                {
                    f.Id,
                    Severity = f.SeverityName,
                    f.Message,
                    Path = DisplayPath.Of(f.Path).Replace('\\', '/'),
                    f.Line,
                    f.Column,
                    f.EndLine,
                    f.EndColumn,
                }),
            },
            Layout) + "\n";
}
