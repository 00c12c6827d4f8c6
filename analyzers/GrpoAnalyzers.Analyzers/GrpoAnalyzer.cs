using System.Collections.Concurrent;
using System.Collections.Immutable;
using GrpoAnalyzers.Graph;
using GrpoAnalyzers.Rules;
using GrpoAnalyzers.Trainer;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GrpoAnalyzers;

/// <summary>
/// Finds objective biases in trainers of the GRPO family written against TorchSharp. One analyzer holds all rules: a trainer is read once
/// and every enabled rule is asked about the same model.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class GrpoAnalyzer : DiagnosticAnalyzer
{
    private readonly ImmutableArray<TrainerRule> rules;

    /// <summary>The analyzer with all its rules.</summary>
    public GrpoAnalyzer()
        : this(RuleCatalogue.All)
    {
    }

    /// <param name="rules">The rules that are asked, in place of all.</param>
    internal GrpoAnalyzer(ImmutableArray<TrainerRule> rules) => this.rules = rules;

    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        FingerprintRule.Rule,
        LengthNormalisedSurrogateRule.Rule,
        GroupStdUnderAdamRule.Rule,
        UnguardedClippedUpdatesRule.Rule,
    ];

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(start =>
        {
            if (KnownTypes.Of(start.Compilation) is { } types)
            {
                var source = new TrainerSource(start.Compilation, types);
                var owners = new ConcurrentDictionary<(string Id, Location Location), ISymbol>();
                start.RegisterSymbolAction(symbol => Analyze(symbol, source, owners), SymbolKind.NamedType);
            }
        });
    }

    /// <param name="context">The type, and where its findings go.</param>
    /// <param name="source">Reads trainers.</param>
    /// <param name="owners">Which type reported a place first: two trainers may share a base whose defect is reported once.</param>
    private void Analyze(SymbolAnalysisContext context, TrainerSource source, ConcurrentDictionary<(string Id, Location Location), ISymbol> owners)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.DeclaringSyntaxReferences.IsEmpty)
        {
            return;
        }

        var enabled = rules.RemoveAll(rule => IsOff(rule.Descriptor, type, context));
        if (enabled.IsEmpty)
        {
            return;
        }

        var options = TrainerOptions.From(context.Options.AnalyzerConfigOptionsProvider.GetOptions(type.DeclaringSyntaxReferences[0].SyntaxTree));
        if (source.ModelOf(type, options, context.CancellationToken) is not { } model)
        {
            return;
        }

        var reported = new HashSet<(string Id, Location Location)>();
        foreach (var rule in enabled)
        {
            foreach (var finding in rule.Find(model))
            {
                var (location, additional) = FindingLocation.Of(finding);
                if (location is not null
                    && reported.Add((rule.Descriptor.Id, location))
                    && SymbolEqualityComparer.Default.Equals(owners.GetOrAdd((rule.Descriptor.Id, location), type), type))
                {
                    context.ReportDiagnostic(Diagnostic.Create(finding.Descriptor, location, additional, finding.Properties, finding.Arguments));
                }
            }
        }
    }

    /// <summary>Whether a rule is switched off in every file of a type, as the compiler settles it: a file's own setting counts before the project's.</summary>
    private static bool IsOff(DiagnosticDescriptor rule, INamedTypeSymbol type, SymbolAnalysisContext context)
    {
        var project = context.Compilation.Options;
        var byProject = project.SpecificDiagnosticOptions.TryGetValue(rule.Id, out var specific)
            ? specific
            : rule.IsEnabledByDefault ? ReportDiagnostic.Default : ReportDiagnostic.Suppress;
        var files = project.SyntaxTreeOptionsProvider;
        foreach (var reference in type.DeclaringSyntaxReferences)
        {
            var setting = files is not null
                && (files.TryGetDiagnosticValue(reference.SyntaxTree, rule.Id, context.CancellationToken, out var byFile)
                    || files.TryGetGlobalDiagnosticValue(rule.Id, context.CancellationToken, out byFile))
                    ? byFile
                    : byProject;
            if (setting != ReportDiagnostic.Suppress)
            {
                return false;
            }
        }

        return true;
    }
}
