using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GrpoAnalyzers.StandIns.RoslynTesting.Tests;

/// <summary>Reports methods whose names begin with Bad; subclasses are wrong in one way each.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public class BadNameAnalyzer : DiagnosticAnalyzer
{
    public static readonly DiagnosticDescriptor Rule = new("DEMO001", "Bad name", "'{0}' is a bad name", "Demo", DiagnosticSeverity.Warning, isEnabledByDefault: true);

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rule];

    protected virtual GeneratedCodeAnalysisFlags Generated => GeneratedCodeAnalysisFlags.None;

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(Generated);
        context.RegisterSyntaxNodeAction(Analyze, SyntaxKind.MethodDeclaration);
    }

    protected virtual Location LocationOf(SyntaxToken name) => name.GetLocation();

    private void Analyze(SyntaxNodeAnalysisContext context)
    {
        var name = ((MethodDeclarationSyntax)context.Node).Identifier;
        if (name.Text.StartsWith("Bad", StringComparison.Ordinal))
        {
            context.ReportDiagnostic(Diagnostic.Create(Rule, LocationOf(name), name.Text));
        }
    }
}

[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class GeneratedCodeAnalyzer : BadNameAnalyzer
{
    protected override GeneratedCodeAnalysisFlags Generated => GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics;
}

/// <summary>Names a place in a file instead of one in the tree, which no pragma reaches.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnsuppressibleAnalyzer : BadNameAnalyzer
{
    protected override Location LocationOf(SyntaxToken name)
    {
        var span = name.GetLocation().GetLineSpan();
        return Location.Create(span.Path, name.Span, span.Span);
    }
}

[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ThrowingAnalyzer : BadNameAnalyzer
{
    protected override Location LocationOf(SyntaxToken name) => throw new InvalidOperationException("demonstration");
}
