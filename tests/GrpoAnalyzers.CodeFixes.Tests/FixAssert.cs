using Microsoft.CodeAnalysis.CodeFixes;

namespace GrpoAnalyzers.CodeFixes.Tests;

/// <summary>What holds after every fix.</summary>
internal static class FixAssert
{
    private const int MaximumRounds = 12;

    /// <summary>
    /// Applies an action to each finding that it is offered for. Each time the code compiles, a finding is gone and none is new; at last there is
    /// nothing left to do.
    /// </summary>
    /// <returns>The rules of the findings that are left.</returns>
    public static async Task<IReadOnlyList<string>> FixesAllOfferedAsync(FixedProject project, CodeFixProvider fix, string? title = null)
    {
        var rule = fix.FixableDiagnosticIds[0];
        Assert.Empty(await project.ErrorsAsync());
        var before = await project.FindingIdsAsync();
        var rounds = 0;
        while (rounds < MaximumRounds && await project.ApplyAsync(fix, title))
        {
            rounds++;
            Assert.Empty(await project.ErrorsAsync());
            var after = await project.FindingIdsAsync();
            Assert.True(after.Count(id => id == rule) < before.Count(id => id == rule), "The finding is still there.");
            Assert.All(after, id => Assert.True(after.Count(other => other == id) <= before.Count(other => other == id), $"A finding of {id} is new."));
            before = after;
        }

        Assert.True(rounds < MaximumRounds, "The fix is offered for ever.");
        return before;
    }

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
