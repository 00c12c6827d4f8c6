namespace GrpoAnalyzers.Cure.Tests;

/// <summary>
/// GRPO001. Each token counts the same whatever the length of its completion. So, of completions that begin with the same tokens, the gradients into
/// those cancel, because the advantages of a group sum to zero; and where they do not sum to zero, gradient and advantage are in one proportion.
/// </summary>
public sealed class LengthCureTests
{
    public static TheoryData<string> Names => [.. LengthCases.Offered.Select(item => item.Name)];

    public static TheoryData<string> NamesOfThoseGivenAdvantages => [.. LengthCases.Offered.Where(item => item.Run.Contains("b.Advantages", StringComparison.Ordinal)).Select(item => item.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task NothingReachesASharedPrefixAfterTheFix(string name)
    {
        var (before, after, text) = await MeasureAsync(LengthCases.Get(name), SharedPrefix);

        Assert.True(before > 1e-3, $"{before} before");
        Assert.True(after <= 1e-6, $"{after} after:\n{text}");
    }

    [Theory]
    [MemberData(nameof(NamesOfThoseGivenAdvantages))]
    public async Task TokensCountByTheirAdvantageAloneAfterTheFix(string name)
    {
        var item = LengthCases.Get(name);
        var (before, after, text) = await MeasureAsync(item with { Run = item.Run.Replace("b.Advantages", "b.Rewards", StringComparison.Ordinal) }, SpreadOfWeights);

        Assert.True(before > 1e-1, $"{before} before");
        Assert.True(after <= 1e-5, $"{after} after:\n{text}");
    }

    private static async Task<(double Before, double After, string Text)> MeasureAsync(CureCase item, Func<TokenGradients, Batch, int, double> measure)
    {
        using var project = TrainerProject.Of(item.Name, item.Replace);
        Assert.NotEmpty(await project.FindingsAsync("GRPO001"));
        var before = await MeasureAsync(project, item, measure);
        Assert.True(await project.FixAsync("GRPO001"), "No fix is offered.");
        return (before, await MeasureAsync(project, item, measure), await project.TextAsync());
    }

    private static async Task<double> MeasureAsync(TrainerProject project, CureCase item, Func<TokenGradients, Batch, int, double> measure)
    {
        using var trainer = await project.CompileAsync(item.Run);
        var batch = Batch.WithSharedPrefixes(item.Groups);
        trainer.Run(batch);
        var gradients = new TokenGradients(batch.Policy.Calls, batch);
        return Enumerable.Range(0, item.Groups).Max(group => measure(gradients, batch, group));
    }

    /// <summary>The gradient into a prefix that a group shares, in parts of the largest gradient into a token.</summary>
    private static double SharedPrefix(TokenGradients gradients, Batch batch, int group) =>
        Enumerable.Range(0, Batch.SharedTokens - 1).Max(position => gradients.Shared(batch.Group(group), position)) / gradients.Largest;

    /// <summary>How far the gradients of a group's tokens, each divided by its completion's reward, lie apart, in parts of the largest.</summary>
    private static double SpreadOfWeights(TokenGradients gradients, Batch batch, int group)
    {
        var weights = batch.Group(group)
            .SelectMany(completion => gradients.Of(completion).Take(batch.Lengths[completion] - 1).Select(gradient => gradient / batch.Scores[completion])).ToList();
        return (weights.Max() - weights.Min()) / weights.Max(Math.Abs);
    }
}
