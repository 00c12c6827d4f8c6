using Microsoft.CodeAnalysis.CodeFixes;

namespace GrpoAnalyzers.CodeFixes.Tests;

/// <summary>What holds after every fix.</summary>
internal static class FixAssert
{
    /// <summary>The fixed code compiles, the finding is gone, none is new, and the fix has nothing left to do.</summary>
    public static async Task FixesAsync(CodeFixProvider fix, string shape)
    {
        using var project = FixedProject.OfShape(shape);
        var before = (await project.FindingIdsAsync()).ToList();
        Assert.True(await project.ApplyAsync(fix), "No fix is offered.");

        Assert.Empty(await project.ErrorsAsync());
        Assert.True(before.Remove(fix.FixableDiagnosticIds[0]));
        Assert.Equal(before, await project.FindingIdsAsync());

        var once = await project.TextAsync();
        Assert.False(await project.ApplyAsync(fix));
        Assert.Equal(once, await project.TextAsync());
    }

    /// <summary>The fix replaces the parts of the text that are given, in their order, and nothing else.</summary>
    public static async Task ChangesAsync(CodeFixProvider fix, string shape, params (string From, string To)[] changes)
    {
        using var project = FixedProject.OfShape(shape);
        var expected = await project.TextAsync();
        foreach (var (from, to) in changes)
        {
            Assert.Equal(2, expected.Split(from).Length);
            expected = expected.Replace(from, to, StringComparison.Ordinal);
        }

        Assert.True(await project.ApplyAsync(fix), "No fix is offered.");
        Assert.Equal(expected, await project.TextAsync());
    }

    /// <summary>The finding is there and no fix is offered for it.</summary>
    public static async Task OffersNothingAsync(CodeFixProvider fix, string shape)
    {
        using var project = FixedProject.OfShape(shape);
        Assert.Contains(fix.FixableDiagnosticIds[0], await project.FindingIdsAsync());
        Assert.False(await project.ApplyAsync(fix));
    }
}
