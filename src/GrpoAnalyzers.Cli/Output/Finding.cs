using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Cli.Output;

/// <summary>One finding of a rule; lines and columns count from one, the end column is the one after the last character.</summary>
internal sealed record Finding(
    string Id,
    DiagnosticSeverity Severity,
    string Message,
    string Path,
    int Line,
    int Column,
    int EndLine,
    int EndColumn)
{
    /// <summary>What the rule says beside its message, by name.</summary>
    public IReadOnlyDictionary<string, string?> Properties { get; init; } = ImmutableDictionary<string, string?>.Empty;

    public string SeverityName => Severity switch
    {
        DiagnosticSeverity.Error => "error",
        DiagnosticSeverity.Warning => "warning",
        DiagnosticSeverity.Info => "info",
        _ => "hidden",
    };

    public static Finding From(Diagnostic diagnostic)
    {
        var span = diagnostic.Location.GetLineSpan();
        return new Finding(
            diagnostic.Id,
            diagnostic.Severity,
            diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture),
            span.Path,
            span.StartLinePosition.Line + 1,
            span.StartLinePosition.Character + 1,
            span.EndLinePosition.Line + 1,
            span.EndLinePosition.Character + 1)
        {
            Properties = diagnostic.Properties,
        };
    }

    /// <summary>In reading order, each place and rule once: target frameworks and files compiled twice repeat findings.</summary>
    public static IReadOnlyList<Finding> Merge(IEnumerable<Finding> findings) =>
        [.. findings
            .GroupBy(f => (f.Id, f.Path, f.Line, f.Column, f.EndLine, f.EndColumn))
            .Select(same => same.MaxBy(f => f.Severity)!)
            .OrderBy(f => f.Path, StringComparer.Ordinal).ThenBy(f => f.Line).ThenBy(f => f.Column).ThenBy(f => f.Id, StringComparer.Ordinal)];

    /// <summary>Of the findings before, as many in each file and rule as are not left after; which of several alike they are cannot be told.</summary>
    public static IReadOnlyList<Finding> Gone(IReadOnlyList<Finding> before, IReadOnlyList<Finding> after)
    {
        var left = after.CountBy(finding => (finding.Id, finding.Path)).ToDictionary();
        return [.. before.GroupBy(finding => (finding.Id, finding.Path)).SelectMany(same => same.SkipLast(left.GetValueOrDefault(same.Key)))];
    }
}
