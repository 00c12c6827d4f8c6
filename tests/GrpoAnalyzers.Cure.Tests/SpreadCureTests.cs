namespace GrpoAnalyzers.Cure.Tests;

/// <summary>
/// GRPO002. Of two groups, the one whose rewards lie further apart moves the policy as much more as its advantages are larger, unless each is divided
/// by its own standard deviation.
/// </summary>
public sealed class SpreadCureTests
{
    private const string Runtime = "GRPO002.Runtime";

    public static TheoryData<string, string> Names =>
    [
        .. from fix in new[] { "GRPO002", Runtime }
           from item in fix == Runtime ? SpreadCases.WithRuntime : SpreadCases.Offered
           select (fix, item.Name),
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task GroupsCountByTheirAdvantagesAfterTheFix(string fix, string name)
    {
        var item = SpreadCases.Get(name);
        using var project = TrainerProject.Of(item.Name, item.Replace);
        project.Choose("GRPO002", fix);
        Assert.NotEmpty(await project.FindingsAsync("GRPO002"));
        var (before, old) = await MeasureAsync(project, item);
        Assert.True(await project.FixAsync("GRPO002"), "No fix is offered.");
        Assert.Equal(fix == Runtime, (await project.TextAsync()).Contains("AdvantageEstimator", StringComparison.Ordinal));
        var (after, now) = await MeasureAsync(project, item);

        Assert.True(Math.Abs(before - 1) > 0.1, $"{before} before");
        Assert.True(Math.Abs(after - 1) < 1e-4, $"{after} after:\n{await project.TextAsync()}");
        foreach (var (gradients, olds) in now.Zip(old))
            gradients.AssertSameDirections(olds, await project.TextAsync());
        CureReport.Cured(fix, name);
    }

    /// <summary>The ratio of the groups' gradients in parts of the ratio of their centred rewards.</summary>
    private static async Task<(double Measure, IReadOnlyList<TokenGradients> Gradients)> MeasureAsync(TrainerProject project, CureCase item)
    {
        using var trainer = await project.CompileAsync(item.Run);
        Batch[] batches = item.Groups == 2 ? [Batch.OfEqualLengths([.. Batch.SpreadRewards])] : [.. Batch.SpreadRewards.Select(rewards => Batch.OfEqualLengths(rewards))];
        var all = new List<TokenGradients>();
        var norms = new List<(double Gradient, double Advantages)>();
        foreach (var batch in batches)
        {
            trainer.Run(batch);
            var gradients = new TokenGradients(batch.Policy.Calls, batch);
            all.Add(gradients);
            for (var group = 0; group < item.Groups; group++)
                norms.Add((gradients.Norm(batch.Group(group)), Math.Sqrt(batch.AdvantagesOf(group).Sum(value => value * value))));
        }

        return (norms[0].Gradient / norms[1].Gradient / (norms[0].Advantages / norms[1].Advantages), all);
    }
}
