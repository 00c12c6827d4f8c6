using System.Collections.Concurrent;

namespace GrpoAnalyzers.Analyzers.Tests.Robustness;

/// <summary>Code as it stands while it is typed: statements missing, files cut short. The analyzer never throws.</summary>
public sealed class BrokenCodeTests(ITestOutputHelper output)
{
    /// <summary>How many of the broken files of the repository and rewritten cases are analyzed here; eng/fuzz takes all.</summary>
    private const int Sample = 3_000;

    [Fact]
    public async Task CasesWithAStatementMissingOrCutShort() => await AssertQuiet("cases", [.. BrokenCorpus.Cases()], int.MaxValue);

    [Fact]
    public async Task RepositoryAndRewrittenProgramsWithAStatementMissingOrCutShort() =>
        await AssertQuiet(
            "repository and rewritten programs",
            [.. BrokenCorpus.Repository(BrokenCorpus.RootAbove(AppContext.BaseDirectory)), .. BrokenCorpus.RewrittenCases(seed: 3)],
            Sample);

    [Fact]
    public async Task WithoutTorchSharpNothingIsReported()
    {
        foreach (var shape in CaseCorpus.All.Take(40))
        {
            var compilation = CaseCompilation.Compile(shape);
            var unresolved = compilation.RemoveReferences(compilation.References.Where(reference => reference.Display?.EndsWith("TorchSharp.dll", StringComparison.Ordinal) == true));
            Assert.Empty(await CaseCompilation.AnalyzeAsync(unresolved));
        }
    }

    private async Task AssertQuiet(string what, BrokenProgram[] programs, int count)
    {
        new Random(1).Shuffle(programs);
        var thrown = new ConcurrentBag<string>();
        var cancellation = TestContext.Current.CancellationToken;
        await Parallel.ForEachAsync(programs.Take(count), new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = cancellation }, async (program, _) =>
        {
            if (await program.AnalyzeAsync(cancellation) is { } exception)
                thrown.Add($"{program}: {exception}");
        });

        var line = $"[report] never throws: {Math.Min(count, programs.Length)} of {programs.Length} broken {what} analyzed";
        output.WriteLine(line);
        Console.WriteLine(line);
        Assert.Empty(thrown);
        Assert.True(programs.Length >= Sample, $"Only {programs.Length} {what}.");
    }
}
