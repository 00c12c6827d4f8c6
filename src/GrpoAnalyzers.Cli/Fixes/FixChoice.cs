using System.Collections.Immutable;
using System.Reflection;
using GrpoAnalyzers.Cli.Input;
using GrpoAnalyzers.CodeFixes;
using Microsoft.CodeAnalysis.CodeFixes;

namespace GrpoAnalyzers.Cli.Fixes;

/// <summary>The rules to fix, and for each the fix that is preferred to the first.</summary>
internal sealed class FixChoice
{
    private readonly Dictionary<string, string> choices = new(StringComparer.Ordinal);

    private FixChoice(ImmutableArray<string> rules) => Rules = rules;

    public ImmutableArray<string> Rules { get; }

    /// <summary>A global analyzer config that carries the choices to the fixes; null when there is none.</summary>
    public string? Configuration =>
        choices.Count == 0 ? null : "is_global = true\nglobal_level = 1000\n" + string.Concat(choices.Select(choice => $"{FixKeys.OptionOf(choice.Key)} = {choice.Value}\n"));

    /// <summary>The fixes of the package.</summary>
    public static ImmutableArray<CodeFixProvider> Providers { get; } =
    [
        .. typeof(FixKeys).Assembly.GetTypes()
            .Where(type => type.GetCustomAttribute<ExportCodeFixProviderAttribute>() is not null)
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => (CodeFixProvider)Activator.CreateInstance(type)!),
    ];

    private static ImmutableArray<string> Fixable { get; } =
        [.. Providers.SelectMany(provider => provider.FixableDiagnosticIds).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <exception cref="CannotRunException">A rule or a fix is asked for that there is not.</exception>
    public static FixChoice From(IEnumerable<string> rules, IEnumerable<string> fixes)
    {
        var asked = rules.SelectMany(rule => rule.Split([',', ';'], StringSplitOptions.RemoveEmptyEntries)).Select(Rule).Distinct(StringComparer.Ordinal).ToList();
        var choice = new FixChoice(asked.Count == 0 ? Fixable : [.. asked]);
        foreach (var fix in fixes)
        {
            if (fix.Split('=') is not [var rule, var name])
                throw new CannotRunException($"'{fix}' is not of the form RULE=FIX, for example GRPO001=constant");
            var id = Rule(rule);
            if (FixKeys.Of(id, name) is null)
                throw new CannotRunException($"{id} has no fix '{name}'; 'grpo fix --help' lists the fixes");
            choice.choices[id] = name.Trim();
        }

        return choice;
    }

    /// <summary>The key of the fix that is preferred for a rule; null for the first.</summary>
    public string? KeyOf(string rule) => choices.TryGetValue(rule, out var name) ? FixKeys.Of(rule, name) : null;

    private static string Rule(string asked) =>
        Fixable.FirstOrDefault(rule => rule.Equals(asked.Trim(), StringComparison.OrdinalIgnoreCase))
        ?? throw new CannotRunException($"there is no fix for a rule '{asked}'; the rules with fixes are {string.Join(", ", Fixable)}");
}
