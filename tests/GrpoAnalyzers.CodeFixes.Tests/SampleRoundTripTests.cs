using Microsoft.CodeAnalysis.CodeFixes;

namespace GrpoAnalyzers.CodeFixes.Tests;

/// <summary>The corrected sample is what the fixes make of the other, to the letter.</summary>
public sealed class SampleRoundTripTests
{
    [Theory]
    [InlineData(1, 2, 3)]
    [InlineData(3, 2, 1)]
    [InlineData(2, 3, 1)]
    public async Task FixesTurnTheSampleIntoTheCorrectedOne(params int[] order)
    {
        CodeFixProvider[] fixes = [new Grpo001TokenMeanCodeFix(), new Grpo002CentreOnlyCodeFix(), new Grpo003KlCheckCodeFix()];
        using var project = FixedProject.OfSample("AdditionGrpo");
        Assert.Empty(await project.ErrorsAsync());
        foreach (var rule in order)
            Assert.True(await project.ApplyAsync(fixes[rule - 1]), $"GRPO00{rule} has no fix.");

        Assert.Empty(await project.FindingIdsAsync());
        var corrected = FixedProject.SampleFiles("AdditionGrpo.Fixed");
        Assert.Equal(corrected.Keys.Order(StringComparer.Ordinal), FixedProject.SampleFiles("AdditionGrpo").Keys.Order(StringComparer.Ordinal));
        foreach (var (name, text) in corrected)
            Assert.Equal(text, await project.TextAsync(name));
    }
}
