namespace GrpoAnalyzers.Cure.Tests;

/// <summary>
/// GRPO001. Each token counts the same whatever the length of its completion. So, of completions that begin with the same tokens, the gradients into
/// those cancel, because the advantages of a group sum to zero; and where they do not sum to zero, gradient and advantage are in one proportion.
/// </summary>
public sealed class LengthCureTests
{
    public static TheoryData<string, string> Names => [.. Cases(_ => true)];

    public static TheoryData<string, string> NamesOfThoseGivenAdvantages => [.. Cases(item => item.Run.Contains("b.Advantages", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task NothingReachesASharedPrefixAfterTheFix(string fix, string name)
    {
        var (before, after, text) = await MeasureAsync(fix, LengthCases.Get(name), SharedPrefix);

        Assert.True(before > 1e-3, $"{before} before");
        Assert.True(after <= 1e-6, $"{after} after:\n{text}");
        CureReport.Cured(fix, name);
    }

    [Theory]
    [MemberData(nameof(NamesOfThoseGivenAdvantages))]
    public async Task TokensCountByTheirAdvantageAloneAfterTheFix(string fix, string name)
    {
        var item = LengthCases.Get(name);
        var (before, after, text) = await MeasureAsync(fix, item with { Run = item.Run.Replace("b.Advantages", "b.Rewards", StringComparison.Ordinal) }, SpreadOfWeights);

        Assert.True(before > 1e-1, $"{before} before");
        Assert.True(after <= 1e-5, $"{after} after:\n{text}");
    }

    [Theory]
    [InlineData("GRPO001", false)]
    [InlineData("GRPO001.Constant", true)]
    public async Task WhatIsMeasuredIsTheFixThatWasChosen(string fix, bool isConstant)
    {
        var (_, _, text) = await MeasureAsync(fix, LengthCases.Get("C1_01_masked_sum_over_length"), SharedPrefix);
        Assert.Equal(isConstant, text.Contains("/ MaxCompletionTokens", StringComparison.Ordinal));
    }

    private const string Runtime = "GRPO001.Runtime";

    private static IEnumerable<(string Fix, string Name)> Cases(Func<CureCase, bool> wanted) =>
        from fix in new[] { "GRPO001", "GRPO001.Constant", Runtime }
        from item in fix == Runtime ? LengthCases.WithRuntime : CureCase.Offered(fix, LengthCases.All)
        where wanted(item)
        select (fix, item.Name);

    private static async Task<(double Before, double After, string Text)> MeasureAsync(string fix, CureCase item, Func<TokenGradients, Batch, int, double> measure)
    {
        using var project = TrainerProject.Of(item.Name, item.Replace);
        if (fix == Runtime)
        {
            // What the library would hide comes first.
            await project.FixAsync("GRPO003");
            await project.FixAsync("GRPO002");
        }

        project.Choose("GRPO001", fix);
        Assert.NotEmpty(await project.FindingsAsync("GRPO001"));
        var (before, old) = await MeasureAsync(project, item, measure);
        Assert.True(await project.FixAsync("GRPO001"), "No fix is offered.");
        var (after, now) = await MeasureAsync(project, item, measure);
        var text = await project.TextAsync();
        Assert.Equal(fix == Runtime, text.Contains("LossInputs", StringComparison.Ordinal));
        now.AssertSameDirections(old, text);
        return (before, after, text);
    }

    private static async Task<(double Measure, TokenGradients Gradients)> MeasureAsync(TrainerProject project, CureCase item, Func<TokenGradients, Batch, int, double> measure)
    {
        using var trainer = await project.CompileAsync(item.Run);
        var batch = Batch.WithSharedPrefixes(item.Groups);
        trainer.Run(batch);
        var gradients = new TokenGradients(batch.Policy.Calls, batch);
        return (Enumerable.Range(0, item.Groups).Max(group => measure(gradients, batch, group)), gradients);
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
