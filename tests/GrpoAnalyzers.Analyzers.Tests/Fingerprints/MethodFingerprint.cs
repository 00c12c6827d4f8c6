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
    /// <summary>The row, a part a line, as <c>grpo fingerprint</c> names them.</summary>
    protected abstract string Row { get; }

    protected abstract IReadOnlyList<string> Implementations { get; }

    [Fact]
    public async Task EveryImplementationHasTheRow()
    {
        Assert.True(Implementations.Count >= 3);
        await HasTheRowAsync(FingerprintOf.Compile);
    }

    [Fact]
    public async Task NamesDecideNothing() => await HasTheRowAsync(implementation => Renaming.Apply(FingerprintOf.Compile(implementation)));

    private async Task HasTheRowAsync(Func<string, CSharpCompilation> compile)
    {
        var differences = new List<string>();
        for (var i = 0; i < Implementations.Count; i++)
        {
            var compilation = compile(Implementations[i]);
            Assert.Empty(compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(diagnostic => diagnostic.ToString()));
            var rows = await FingerprintOf.CompilationAsync(compilation);
            if (rows.Count != 1)
            {
                differences.Add($"implementation {i + 1} has {rows.Count} rows");
                continue;
            }

            differences.AddRange(Row.Split('\n').Zip(rows[0].Split('\n'), (expected, read) => (expected, read))
                .Where(line => line.expected != line.read)
                .Select(line => $"implementation {i + 1} has \"{line.read}\", not \"{line.expected}\""));
        }

        Assert.True(differences.Count == 0, string.Join("\n", differences));
    }
}
