using System.Reflection;
using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Rules;

/// <summary>Makes the descriptors of the rules, so that category, help link and tags are the same for all of them.</summary>
internal static class RuleDescriptors
{
    /// <summary>The category of the rules that the paper's propositions prove.</summary>
    public const string ObjectiveBias = "ObjectiveBias";

    /// <summary>The descriptor of a proved defect: a warning, on by default.</summary>
    public static DiagnosticDescriptor Warning(string id, string title, string message, string description) =>
        new(id, title, message, ObjectiveBias, DiagnosticSeverity.Warning, isEnabledByDefault: true, description, HelpLink(id));

    /// <summary>The descriptor of what is no defect: shown to those who ask for it.</summary>
    public static DiagnosticDescriptor Hidden(string id, string title, string message, string description) =>
        new(id, title, message, ObjectiveBias, DiagnosticSeverity.Hidden, isEnabledByDefault: true, description, HelpLink(id));

    /// <summary>The address of the rule's page, or null while the repository's address is unknown.</summary>
    private static string? HelpLink(string id) =>
        RepositoryUrl is { Length: > 0 } url ? $"{url.TrimEnd('/')}/blob/main/docs/rules/{id}.md" : null;

    /// <summary>The build writes the property GrpoRepositoryUrl into the assembly's metadata.</summary>
    private static string? RepositoryUrl { get; } = typeof(RuleDescriptors).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(attribute => attribute.Key == "GrpoRepositoryUrl")?.Value;
}
