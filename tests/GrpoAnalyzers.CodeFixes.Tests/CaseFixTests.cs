using GrpoAnalyzers.Analyzers.Tests;
using Microsoft.CodeAnalysis.CodeFixes;

namespace GrpoAnalyzers.CodeFixes.Tests;

/// <summary>
/// For every case of the analyzer's tests in which a rule reports: a fix is offered for each finding, or the case is among
/// <see cref="RefusedCases"/>. What is fixed compiles, the finding is gone, none is new, and a second application has nothing to do.
/// </summary>
public sealed class CaseFixTests(ITestOutputHelper output)
{
    private const int MaximumRounds = 12;

    public static TheoryData<string, string> Positives =>
    [
        .. from rule in new[] { "GRPO001", "GRPO002", "GRPO003" }
           from shape in CaseCorpus.All
           where IsPositive(shape, rule)
           select (rule, shape.Name),
    ];

    [Theory]
    [MemberData(nameof(Positives))]
    public async Task IsFixedOrRefused(string rule, string name)
    {
        var shape = CaseCorpus.Get(name);
        var fix = FixOf(rule);
        using var project = FixedProject.OfCase(shape);
        Assert.Empty(await project.ErrorsAsync());
        var before = (await project.FindingIdsAsync()).Order(StringComparer.Ordinal).ToList();
        var rounds = 0;
        while (rounds < MaximumRounds && await project.ApplyAsync(fix))
        {
            rounds++;
            Assert.Empty(await project.ErrorsAsync());
            var after = (await project.FindingIdsAsync()).Order(StringComparer.Ordinal).ToList();
            Assert.True(after.Count(id => id == rule) < before.Count(id => id == rule), "The finding is still there.");
            Assert.All(after, id => Assert.True(after.Count(other => other == id) <= before.Count(other => other == id), $"A finding of {id} is new."));
            before = after;
        }

        Assert.True(rounds < MaximumRounds, "The fix is offered for ever.");
        var isRefused = before.Contains(rule);
        if (RefusedCases.Of(rule).TryGetValue(name, out var reason))
            Assert.True(isRefused, $"{name} is fixed: take it out of Refused/{rule}.txt, where it says: {reason}");
        else
            Assert.False(isRefused, "No fix is offered.");
    }

    [Theory]
    [InlineData("GRPO001", "C1", 0.9)]
    [InlineData("GRPO002", "C2", 0.9)]
    [InlineData("GRPO003", "C3", 0.1)]
    public void FixesAreOfferedForMostOfTheCatalogue(string rule, string part, double floor)
    {
        var refused = RefusedCases.Of(rule);
        var all = CaseCorpus.All.Where(shape => IsPositive(shape, rule)).ToList();
        Assert.Subset(all.Select(shape => shape.Name).ToHashSet(), refused.Keys.ToHashSet());

        var catalogue = all.Where(shape => shape.Collection == "Shapes" && shape.Number.StartsWith(part + ".", StringComparison.Ordinal)).ToList();
        var offered = catalogue.Count(shape => !refused.ContainsKey(shape.Name));
        output.WriteLine($"{rule}: {part} {offered} of {catalogue.Count}, all {all.Count - refused.Count} of {all.Count}");
        Assert.True(offered >= floor * catalogue.Count, $"{rule}: fixes are offered for {offered} of {catalogue.Count} cases.");
    }

    private static bool IsPositive(Case shape, string rule) => !CaseCorpus.Pending.Contains(shape.Name) && shape.Expected.Any(place => place.Id == rule);

    private static CodeFixProvider FixOf(string rule) => rule switch
    {
        "GRPO001" => new Grpo001TokenMeanCodeFix(),
        "GRPO002" => new Grpo002CentreOnlyCodeFix(),
        _ => new Grpo003KlCheckCodeFix(),
    };
}
