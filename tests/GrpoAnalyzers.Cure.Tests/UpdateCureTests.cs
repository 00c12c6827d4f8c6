using System.Globalization;

namespace GrpoAnalyzers.Cure.Tests;

/// <summary>
/// GRPO003. The clip stops the gradient of a token that has moved far enough, but not the optimiser, so that a policy updated again and again on one
/// rollout leaves it behind; a guard ends the updates.
/// </summary>
public sealed class UpdateCureTests
{
    private const int Updates = 16;

    private const double Limit = 0.02;

    /// <summary>Powers of two, from rates at which nothing happens to rates at which the first update is too long.</summary>
    private static IReadOnlyList<double> Rates { get; } = [.. Enumerable.Range(-10, 11).Select(power => Math.Pow(2, power))];

    private const string Runtime = "GRPO003.Runtime";

    public static TheoryData<string, string> Names =>
    [
        .. from fix in new[] { "GRPO003", Runtime }
           from item in fix == Runtime ? UpdateCases.WithRuntime : UpdateCases.Offered
           select (fix, item.Name),
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task NoUpdateStartsBeyondTheLimitAfterTheFix(string fix, string name)
    {
        var item = UpdateCases.Get(name);
        using var project = TrainerProject.Of(item.Name, item.Replace);
        project.Choose("GRPO003", fix);
        Assert.NotEmpty(await project.FindingsAsync("GRPO003"));
        using var before = await project.CompileAsync(item.Run);
        Assert.True(await project.FixAsync("GRPO003"), "No fix is offered.");
        Assert.Equal(fix == Runtime, (await project.TextAsync()).Contains("new RatioGuard", StringComparison.Ordinal));
        using var after = await project.CompileAsync(item.Run);

        var guarded = Rates.Select(rate => (Rate: rate, Path: UpdatePath.Of(after, item, rate))).ToList();
        foreach (var (rate, path) in guarded)
            Assert.All(path.Starts, start => Assert.True(start <= Limit * 1.001, $"an update at the rate {rate} starts from {start}:\n{project.TextAsync().Result}"));

        if (UpdateCases.AtRest.Contains(name))
        {
            CureReport.Cured(fix, name);
            return;
        }

        var (chosen, stopped) = guarded.FirstOrDefault(run => run.Path.Starts.Count is >= 6 and <= 12);
        Assert.True(stopped is not null, "updates at the rates: " + string.Join(", ", guarded.Select(run => run.Path.Starts.Count.ToString(CultureInfo.InvariantCulture))));
        Assert.True(stopped.End <= 2 * Limit, $"{stopped.End} after, at the rate {chosen}");

        var unguarded = UpdatePath.Of(before, item, chosen);
        Assert.Equal(Updates, unguarded.Starts.Count);
        Assert.True(unguarded.End > 2 * Limit, $"{unguarded.End} before, at the rate {chosen}; {stopped.Starts.Count} updates and {stopped.End} after");
        CureReport.Cured(fix, name);
    }
}
