using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GrpoAnalyzers.Analyzers.Tests.Fingerprints;

/// <summary>Reads the rows of a compilation's losses as the command does: from the properties of GRPO000.</summary>
internal static class FingerprintOf
{
    private static readonly string[] Parts =
        ["method", "weighting", "ratio", "surrogate", "clip", "regulariser", "advantage", "updates", "optimiser", "residual"];

    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Linq;
        global using TorchSharp;
        global using static TorchSharp.torch;
        """;

    public static CSharpCompilation Compile(string implementation) => CaseCompilation.Compile(new Case(
        "Fingerprints",
        "Implementation",
        [
            CaseFile.Parse("Usings.cs", Usings),
            CaseFile.Parse("Implementation.cs", "// case: implementation\n// expect: none\n// shape: a loss\n" + implementation),
        ]));

    public static async Task<IReadOnlyList<string>> CompilationAsync(CSharpCompilation compilation, bool partial = true)
    {
        var analysis = compilation.WithAnalyzers([new GrpoAnalyzer()], new AnalyzerOptions([], new Configuration(partial)));
        var rows = new List<string>();
        foreach (var diagnostic in await analysis.GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken))
        {
            Assert.NotEqual("AD0001", diagnostic.Id);
            if (diagnostic.Id == "GRPO000")
                rows.Add(string.Join("\n", Parts.Select(part => $"{part}: {diagnostic.Properties[part]}")));
        }

        return rows;
    }

    private sealed class Configuration(bool partial) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions => new Options(partial);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => new Options(partial);

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => new Options(partial);
    }

    private sealed class Options(bool partial) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value)
        {
            value = partial && key == "grpo_report_partial_fingerprints" ? "true" : null;
            return value is not null;
        }
    }
}
