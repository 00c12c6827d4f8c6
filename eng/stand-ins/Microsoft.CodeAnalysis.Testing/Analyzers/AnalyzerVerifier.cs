using Microsoft.CodeAnalysis.Diagnostics;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>A test in one call.</summary>
public class AnalyzerVerifier<TAnalyzer, TTest, TVerifier>
    where TAnalyzer : DiagnosticAnalyzer, new()
    where TTest : AnalyzerTest<TVerifier>, new()
    where TVerifier : IVerifier, new()
{
    public static DiagnosticResult Diagnostic()
    {
        var rules = new TAnalyzer().SupportedDiagnostics;
        return rules.Length == 1
            ? Diagnostic(rules[0])
            : throw new InvalidOperationException($"'{nameof(Diagnostic)}()' can only be used when the analyzer has a single supported diagnostic; use the overload that names one.");
    }

    public static DiagnosticResult Diagnostic(string diagnosticId) =>
        Diagnostic(new TAnalyzer().SupportedDiagnostics.SingleOrDefault(rule => rule.Id == diagnosticId)
            ?? throw new InvalidOperationException($"The analyzer does not support '{diagnosticId}'."));

    public static DiagnosticResult Diagnostic(DiagnosticDescriptor descriptor) => new(descriptor);

    public static Task VerifyAnalyzerAsync(string source, params DiagnosticResult[] expected)
    {
        var test = new TTest { TestCode = source };
        test.ExpectedDiagnostics.AddRange(expected);
        return test.RunAsync(CancellationToken.None);
    }
}
