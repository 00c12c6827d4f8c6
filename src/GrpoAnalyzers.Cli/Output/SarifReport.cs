using System.Globalization;
using System.Text.Json;
using GrpoAnalyzers.Cli.Commands;
using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Cli.Output;

/// <summary>Findings as SARIF 2.1.0, with addresses relative to the current folder.</summary>
internal static class SarifReport
{
    public static string Of(IReadOnlyList<Finding> findings)
    {
        var rules = new GrpoAnalyzer().SupportedDiagnostics.OrderBy(rule => rule.Id, StringComparer.Ordinal).ToList();
        var log = new Dictionary<string, object>
        {
            ["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json",
            ["version"] = "2.1.0",
            ["runs"] = new[]
            {
                new
                {
                    Tool = new { Driver = new { Name = "grpo", Version = GrpoCommand.Version, Rules = rules.Select(Rule) } },
                    ColumnKind = "utf16CodeUnits",
                    OriginalUriBaseIds = new Dictionary<string, object>
                    {
                        ["SRCROOT"] = new { Uri = new Uri(Environment.CurrentDirectory + Path.DirectorySeparatorChar).AbsoluteUri },
                    },
                    Results = findings.Select(finding => Result(finding, rules)),
                },
            },
        };
        return JsonSerializer.Serialize(log, JsonReport.Layout) + "\n";
    }

    private static Dictionary<string, object> Rule(DiagnosticDescriptor rule)
    {
        var entry = new Dictionary<string, object>
        {
            ["id"] = rule.Id,
            ["shortDescription"] = new { Text = rule.Title.ToString(CultureInfo.InvariantCulture) },
            ["fullDescription"] = new { Text = rule.Description.ToString(CultureInfo.InvariantCulture) },
            ["defaultConfiguration"] = new { Level = Level(rule.DefaultSeverity) },
        };
        if (rule.HelpLinkUri.Length > 0)
        {
            entry["helpUri"] = rule.HelpLinkUri;
        }

        return entry;
    }

    private static object Result(Finding finding, List<DiagnosticDescriptor> rules) => new
    {
        RuleId = finding.Id,
        RuleIndex = rules.FindIndex(rule => rule.Id == finding.Id),
        Level = Level(finding.Severity),
        Message = new { Text = finding.Message },
        Locations = new[]
        {
            new
            {
                PhysicalLocation = new
                {
                    ArtifactLocation = Artifact(finding.Path),
                    Region = new { StartLine = finding.Line, StartColumn = finding.Column, finding.EndLine, finding.EndColumn },
                },
            },
        },
    };

    private static object Artifact(string path)
    {
        var relative = DisplayPath.Of(path);
        return Path.IsPathRooted(relative)
            ? new { Uri = new Uri(relative).AbsoluteUri }
            : new { Uri = string.Join('/', relative.Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString)), UriBaseId = "SRCROOT" };
    }

    private static string Level(DiagnosticSeverity severity) => severity switch
    {
        DiagnosticSeverity.Error => "error",
        DiagnosticSeverity.Warning => "warning",
        DiagnosticSeverity.Info => "note",
        _ => "none",
    };
}
