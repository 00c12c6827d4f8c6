using System.Collections.Concurrent;
using GrpoAnalyzers.Analyzers.Tests;

namespace GrpoAnalyzers.CodeFixes.Tests;

/// <summary>The fixes that hand a part of the trainer to GrpoAnalyzers.Runtime: held to what the others are held to, and silent without the library.</summary>
public sealed class RuntimeFixTests(ITestOutputHelper output)
{
    private static readonly ConcurrentDictionary<(string Rule, string Name), IReadOnlyList<string>> Results = new();

    public static TheoryData<string, string> Positives =>
    [
        .. from rule in new[] { "GRPO001", "GRPO002", "GRPO003" }
           from shape in CaseFixTests.PositivesOf(rule)
           select (rule, shape.Name),
    ];

    [Theory]
    [MemberData(nameof(Positives))]
    public async Task IsFixedOrRefusedWithAReason(string rule, string name) => Assert.All(await UnprovedAsync(rule, name), reason => Assert.NotEqual(Unread, reason));

    [Theory]
    [InlineData("GRPO001", 10)]
    [InlineData("GRPO002", 40)]
    [InlineData("GRPO003", 140)]
    public async Task IsOfferedForTheUsualWays(string rule, int floor)
    {
        var all = CaseFixTests.PositivesOf(rule).Select(shape => shape.Name).ToList();
        var reasons = new List<string>();
        foreach (var name in all)
            reasons.Add((await UnprovedAsync(rule, name)).FirstOrDefault() ?? "");
        foreach (var group in reasons.GroupBy(reason => reason, StringComparer.Ordinal).OrderByDescending(group => group.Count()))
            output.WriteLine($"{rule}: {group.Count()} {(group.Key.Length > 0 ? group.Key : "offered")}");
        Assert.True(reasons.Count(reason => reason.Length == 0) >= floor, $"{reasons.Count(reason => reason.Length == 0)}");
    }

    [Theory]
    [InlineData("GRPO001", "C2_02_group_view")]
    [InlineData("GRPO002", "C2_02_group_view")]
    [InlineData("GRPO003", "C3_01a_full_batch_epochs")]
    public async Task IsNotOfferedWithoutTheLibrary(string rule, string name)
    {
        var (fix, title) = FixOf(rule);
        using var project = FixedProject.OfCase(CaseCorpus.Get(name));
        Assert.False(await project.ApplyAsync(fix, title));
    }

    private const string Unread = "the shape is not one that the fix reads";

    /// <summary>Fixes a case and gives the reasons why findings are left.</summary>
    private static async Task<IReadOnlyList<string>> UnprovedAsync(string rule, string name)
    {
        if (Results.TryGetValue((rule, name), out var known))
            return known;
        var (fix, title) = FixOf(rule);
        using var project = FixedProject.OfCase(CaseCorpus.Get(name)).WithRuntime();
        var before = await project.FindingIdsAsync();
        var state = (await ProjectState.ReadAsync(project.Project, CancellationToken.None))!;
        var reasons = new List<string>();
        for (var isChanged = true; isChanged;)
        {
            (state, reasons, isChanged) = await ApplyOnceAsync(state, rule, fix.Titled(title));
        }

        if (project.Become(state.Project))
        {
            Assert.Empty(await project.ErrorsAsync());
            var after = await project.FindingIdsAsync();
            Assert.Equal(before.Where(id => id != rule).Order(StringComparer.Ordinal), after.Where(id => id != rule).Order(StringComparer.Ordinal));
            Assert.True(after.Count < before.Count, "The finding is still there.");
        }

        return Results[(rule, name)] = reasons;
    }

    /// <summary>Applies the fix to the first finding that it is offered for, or gives the reasons why it is offered for none.</summary>
    private static async Task<(ProjectState State, List<string> Reasons, bool IsChanged)> ApplyOnceAsync(ProjectState state, string rule, PlaceFix.Alternative alternative)
    {
        var reasons = new List<string>();
        foreach (var document in state.Project.Documents)
        {
            foreach (var found in state.In((await document.GetSyntaxTreeAsync())!, rule))
            {
                var attempt = await state.FixAsync(found, alternative, CancellationToken.None);
                if (attempt.Fixed is { } changed)
                    return (changed.State, [], true);
                reasons.Add(attempt.Unproved!);
            }
        }

        return (state, reasons, false);
    }

    private static (PlaceFix Fix, string Title) FixOf(string rule) => rule switch
    {
        "GRPO001" => (new Grpo001TokenMeanCodeFix(), "Compute the loss with GrpoAnalyzers.Runtime"),
        "GRPO002" => (new Grpo002CentreOnlyCodeFix(), "Estimate the advantages with GrpoAnalyzers.Runtime"),
        _ => (new Grpo003KlCheckCodeFix(), "Leave the loop when a RatioGuard of GrpoAnalyzers.Runtime says so"),
    };
}
