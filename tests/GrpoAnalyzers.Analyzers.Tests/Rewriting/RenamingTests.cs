using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Analyzers.Tests.Rewriting;

/// <summary>Names decide nothing: a trainer whose identifiers say nothing gets the same diagnostics on the same lines.</summary>
public sealed class RenamingTests(ITestOutputHelper output)
{
    [Fact]
    public async Task RenamedTrainersGetTheSameDiagnostics()
    {
        var compared = 0;
        var different = new List<string>();
        foreach (var shape in CaseCorpus.All)
        {
            var renamed = Renaming.Apply(CaseCompilation.Compile(shape));
            if (renamed.GetDiagnostics(TestContext.Current.CancellationToken).Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error))
                continue;
            compared++;
            var before = await CaseCompilation.AnalyzeAsync(shape);
            var after = await CaseCompilation.AnalyzeAsync(renamed);
            if (!before.SequenceEqual(after))
                different.Add($"{shape.Name}: {string.Join(", ", before)} -> {string.Join(", ", after)}");
        }

        output.WriteLine($"[report] {compared} of {CaseCorpus.All.Count} trainers compile with every identifier renamed");
        Assert.Empty(different);
        Assert.True(compared * 10 >= CaseCorpus.All.Count * 9, $"Only {compared} of {CaseCorpus.All.Count} trainers compile after renaming.");
    }
}
