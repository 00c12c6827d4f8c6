using GrpoAnalyzers.Analyzers.Tests;

namespace GrpoAnalyzers.CodeFixes.Tests;

/// <summary>
/// The second way to fix GRPO001: a constant in place of the completion's length. Held to what the first is held to; where it is not offered,
/// <c>Refused/GRPO001.Constant.txt</c> has the reason.
/// </summary>
public sealed class ConstantFixTests(ITestOutputHelper output)
{
    private const string Title = "Divide by a constant, the largest number of tokens a completion may have";

    public static TheoryData<string> Positives => [.. CaseFixTests.PositivesOf("GRPO001").Select(shape => shape.Name)];

    [Theory]
    [MemberData(nameof(Positives))]
    public async Task IsFixedOrRefused(string name)
    {
        using var project = FixedProject.OfCase(CaseCorpus.Get(name));
        var left = await FixAssert.FixesAllOfferedAsync(project, new Grpo001TokenMeanCodeFix(), Title);
        RefusedCases.AssertAgrees("GRPO001.Constant", name, left.Contains("GRPO001"));
    }

    [Fact]
    public void IsOfferedForMost()
    {
        var refused = RefusedCases.Of("GRPO001.Constant");
        var all = CaseFixTests.PositivesOf("GRPO001").Select(shape => shape.Name).ToList();
        Assert.Subset(all.ToHashSet(), refused.Keys.ToHashSet());
        output.WriteLine($"GRPO001, constant: {all.Count - refused.Count} of {all.Count}");
        Assert.True(all.Count - refused.Count >= 0.8 * all.Count);
    }
}
