using GrpoAnalyzers.Analyzers.Tests;
using Microsoft.CodeAnalysis.CodeFixes;

namespace GrpoAnalyzers.CodeFixes.Tests;

/// <summary>
/// For every case of the analyzer's tests in which a rule reports: a fix is offered for each finding, or the case is among
/// <see cref="RefusedCases"/>. What is fixed compiles, the finding is gone, none is new, and a second application has nothing to do.
/// </summary>
public sealed class CaseFixTests(ITestOutputHelper output)
{
    public static TheoryData<string, string> Positives =>
    [
        .. from rule in new[] { "GRPO001", "GRPO002", "GRPO003" }
           from shape in PositivesOf(rule)
           select (rule, shape.Name),
    ];

    [Theory]
    [MemberData(nameof(Positives))]
    public async Task IsFixedOrRefused(string rule, string name)
    {
        var shape = CaseCorpus.Get(name);
        var fix = FixOf(rule);
        using var project = FixedProject.OfCase(shape);
        var left = await FixAssert.FixesAllOfferedAsync(project, fix);
        RefusedCases.AssertAgrees(rule, name, left.Contains(rule));
    }

    [Theory]
    [InlineData("GRPO001", "C1", 0.9)]
    [InlineData("GRPO002", "C2", 0.9)]
    [InlineData("GRPO003", "C3", 0.9)]
    public void FixesAreOfferedForMostOfTheCatalogue(string rule, string part, double floor)
    {
        var refused = RefusedCases.Of(rule);
        var all = PositivesOf(rule);
        Assert.Subset(all.Select(shape => shape.Name).ToHashSet(), refused.Keys.ToHashSet());

        var catalogue = all.Where(shape => shape.Collection == "Shapes" && shape.Number.StartsWith(part + ".", StringComparison.Ordinal)).ToList();
        var offered = catalogue.Count(shape => !refused.ContainsKey(shape.Name));
        output.WriteLine($"{rule}: {part} {offered} of {catalogue.Count}, all {all.Count - refused.Count} of {all.Count}");
        Assert.True(offered >= floor * catalogue.Count, $"{rule}: fixes are offered for {offered} of {catalogue.Count} cases.");
    }

    /// <summary>The cases in which a rule reports.</summary>
    internal static IReadOnlyList<Case> PositivesOf(string rule) =>
        [.. CaseCorpus.All.Where(shape => !CaseCorpus.Pending.Contains(shape.Name) && shape.Expected.Any(place => place.Id == rule))];

    private static CodeFixProvider FixOf(string rule) => rule switch
    {
        "GRPO001" => new Grpo001TokenMeanCodeFix(),
        "GRPO002" => new Grpo002CentreOnlyCodeFix(),
        _ => new Grpo003KlCheckCodeFix(),
    };
}
