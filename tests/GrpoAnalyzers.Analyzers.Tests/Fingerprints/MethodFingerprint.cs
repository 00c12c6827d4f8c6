using GrpoAnalyzers.Analyzers.Tests.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GrpoAnalyzers.Analyzers.Tests.Fingerprints;

/// <summary>
/// A method of the literature: the row that its definition gives, and losses of it that different users would write. The row is written down
/// from the definition; every part of it must be read from every implementation, under every name.
/// </summary>
public abstract class MethodFingerprint
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Linq;
        global using TorchSharp;
        global using static TorchSharp.torch;
        """;

    /// <summary>The row, a part a line, as <c>grpo fingerprint</c> names them.</summary>
    protected abstract string Row { get; }

    protected abstract IReadOnlyList<string> Implementations { get; }

    [Fact]
    public async Task EveryImplementationHasTheRow()
    {
        Assert.True(Implementations.Count >= 3);
        foreach (var implementation in Implementations)
            Assert.Equal(Row, string.Join("\n\n", await RowsOf(Compile(implementation))));
    }

    [Fact]
    public async Task NamesDecideNothing()
    {
        foreach (var implementation in Implementations)
            Assert.Equal(Row, string.Join("\n\n", await RowsOf(Renaming.Apply(Compile(implementation)))));
    }

    private static async Task<IReadOnlyList<string>> RowsOf(CSharpCompilation compilation)
    {
        Assert.Empty(compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(diagnostic => diagnostic.ToString()));
        return await FingerprintOf.CompilationAsync(compilation);
    }

    private static CSharpCompilation Compile(string implementation) => CaseCompilation.Compile(new Case(
        "Fingerprints",
        "Implementation",
        [
            CaseFile.Parse("Usings.cs", Usings),
            CaseFile.Parse("Implementation.cs", "// case: implementation\n// expect: none\n// shape: a loss\n" + implementation),
        ]));
}
