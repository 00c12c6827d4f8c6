using System.Text.Json;
using GrpoAnalyzers.Cli.Output;
using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Cli.Projects;

/// <summary>The compiler's own log of one compilation (SARIF 2.1): our rules' findings, and whether it compiled.</summary>
internal sealed record CompilerLog(IReadOnlyList<Finding> Findings, string? FirstError)
{
    public bool HasErrors => FirstError is not null;

    public static CompilerLog Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var findings = new List<Finding>();
        string? firstError = null;
        foreach (var run in document.RootElement.GetProperty("runs").EnumerateArray())
        {
            foreach (var result in run.GetProperty("results").EnumerateArray())
            {
                var id = result.GetProperty("ruleId").GetString() ?? "";
                var level = result.TryGetProperty("level", out var given) ? given.GetString() : "warning";
                if (id.StartsWith("GRPO", StringComparison.Ordinal))
                {
                    if (!IsSuppressed(result) && FindingIn(result, id, level) is { } finding)
                    {
                        findings.Add(finding);
                    }
                }
                else if (level == "error" && id.StartsWith("CS", StringComparison.Ordinal))
                {
                    firstError ??= $"{id}: {MessageOf(result)}";
                }
            }
        }

        return new CompilerLog(findings, firstError);
    }

    private static bool IsSuppressed(JsonElement result) =>
        result.TryGetProperty("suppressions", out var suppressions) && suppressions.GetArrayLength() > 0;

    private static string MessageOf(JsonElement result) => result.GetProperty("message").GetProperty("text").GetString() ?? "";

    /// <summary>What a rule put beside its message: the compiler keeps it as custom properties.</summary>
    private static Dictionary<string, string?> PropertiesOf(JsonElement result) =>
        result.TryGetProperty("properties", out var properties) && properties.TryGetProperty("customProperties", out var custom)
            ? custom.EnumerateObject().ToDictionary(property => property.Name, property => property.Value.GetString(), StringComparer.Ordinal)
            : [];

    private static Finding? FindingIn(JsonElement result, string id, string? level)
    {
        if (!result.TryGetProperty("locations", out var locations) || locations.GetArrayLength() == 0)
        {
            return null;
        }

        var place = locations[0].GetProperty("physicalLocation");
        var region = place.GetProperty("region");
        var uri = place.GetProperty("artifactLocation").GetProperty("uri").GetString() ?? "";
        var file = Uri.TryCreate(uri, UriKind.Absolute, out var absolute) && absolute.IsFile ? absolute.LocalPath : Uri.UnescapeDataString(uri);
        var severity = level switch
        {
            "error" => DiagnosticSeverity.Error,
            "note" => DiagnosticSeverity.Info,
            "none" => DiagnosticSeverity.Hidden,
            _ => DiagnosticSeverity.Warning,
        };
        int Number(string name, int otherwise) => region.TryGetProperty(name, out var value) ? value.GetInt32() : otherwise;
        var line = Number("startLine", 1);
        var column = Number("startColumn", 1);
        return new Finding(id, severity, MessageOf(result), file, line, column, Number("endLine", line), Number("endColumn", column + 1)) { Properties = PropertiesOf(result) };
    }
}
