using GrpoAnalyzers.Analyzers.Tests.Fingerprints;
using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Analyzers.Tests;

/// <summary>What a rule's page shows as flagged and as corrected is so.</summary>
public sealed class RulePageTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "RulePages");

    public static TheoryData<string> Ids => [.. Directory.EnumerateFiles(Folder, "GRPO*.md").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    /// <summary>The rules that report a defect: their pages show one, and what it becomes.</summary>
    public static TheoryData<string> Defects => [.. Ids.Select(row => row.Data).Where(id => id != "GRPO000")];

    [Fact]
    public async Task FingerprintPageShowsTheRowOfItsFirstSnippetAndNoneOfTheSecond()
    {
        var page = File.ReadAllText(PageOf("GRPO000")).Replace("\r\n", "\n", StringComparison.Ordinal);
        var row = page.Split("\n```\n").Single(block => block.StartsWith("method: ", StringComparison.Ordinal) || block.Contains("\nmethod: ", StringComparison.Ordinal));

        Assert.Equal([row.Trim()], await FingerprintOf.CompilationAsync(CaseCompilation.Compile(Snippet("GRPO000", 0)), partial: false));
        Assert.Empty(await FingerprintOf.CompilationAsync(CaseCompilation.Compile(Snippet("GRPO000", 1)), partial: false));
        var partial = Assert.Single(await FingerprintOf.CompilationAsync(CaseCompilation.Compile(Snippet("GRPO000", 1))));
        Assert.Contains("clip: unknown (the clip's bounds are given at run time)", partial);
    }

    [Fact]
    public void EveryRuleHasAPage() =>
        Assert.Equal(
            new GrpoAnalyzer().SupportedDiagnostics.Select(rule => rule.Id).Where(id => id.StartsWith("GRPO", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            Ids.Select(row => row.Data));

    [Theory]
    [MemberData(nameof(Ids))]
    public void TitleIsTheRules(string id)
    {
        var rule = new GrpoAnalyzer().SupportedDiagnostics.Single(rule => rule.Id == id);
        Assert.Equal($"# {id}: {rule.Title}", File.ReadLines(PageOf(id)).First());
    }

    [Theory]
    [MemberData(nameof(Defects))]
    public async Task FlaggedSnippetYieldsTheRuleAlone(string id)
    {
        var found = await CaseCompilation.AnalyzeAsync(Snippet(id, 0));
        Assert.Equal([id], found.Select(diagnostic => diagnostic.Id));
    }

    [Theory]
    [MemberData(nameof(Defects))]
    public async Task CorrectedSnippetYieldsNothing(string id) => Assert.Empty(await CaseCompilation.AnalyzeAsync(Snippet(id, 1)));

    [Theory]
    [MemberData(nameof(Ids))]
    public void SnippetsCompileWithoutWarnings(string id)
    {
        foreach (var snippet in new[] { Snippet(id, 0), Snippet(id, 1) })
        {
            var problems = CaseCompilation.Compile(snippet).GetDiagnostics(TestContext.Current.CancellationToken);
            Assert.Empty(problems.Where(problem => problem.Severity >= DiagnosticSeverity.Warning).Select(problem => problem.ToString()));
        }
    }

    private static string PageOf(string id) => Path.Combine(Folder, id + ".md");

    /// <summary>The snippet at an index of a page that holds two, as a case that compiles.</summary>
    private static Case Snippet(string id, int index)
    {
        var page = File.ReadAllText(PageOf(id)).Replace("\r\n", "\n", StringComparison.Ordinal);
        var snippets = page.Split("\n```csharp\n").Skip(1).Select(rest => rest[..rest.IndexOf("\n```", StringComparison.Ordinal)]).ToList();
        Assert.Equal(2, snippets.Count);
        var name = $"{id}_{(index == 0 ? "flagged" : "corrected")}";
        var file = CaseFile.Parse(name + ".cs", $"// case: {name}\n// expect: none\n// shape: snippet of a rule's page\n{snippets[index]}\n");
        return new Case("RulePages", name, [file]);
    }
}
