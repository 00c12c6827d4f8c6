using System.Collections.Immutable;
using GrpoAnalyzers.Rules;
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
    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        LengthNormalisedSurrogateRule.Descriptor,
        GroupStdUnderAdamRule.Descriptor,
        UnguardedClippedUpdatesRule.Descriptor,
    ];

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
    }
}
