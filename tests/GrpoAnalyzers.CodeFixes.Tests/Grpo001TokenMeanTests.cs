namespace GrpoAnalyzers.CodeFixes.Tests;

public sealed class Grpo001TokenMeanTests
{
    [Theory]
    [InlineData("C1_01_masked_sum_over_length")]
    [InlineData("C1_02a_clamped_length")]
    [InlineData("C1_02b_length_plus_epsilon")]
    [InlineData("C1_03a_method_form")]
    [InlineData("C1_03b_static_div")]
    [InlineData("C1_03c_true_divide")]
    [InlineData("C1_04_split_locals")]
    [InlineData("C1_21a_mode_switch_unknown")]
    [InlineData("C1_22a_where_in_place_of_product")]
    [InlineData("C2_06a_std_mean_tuple")]
    public Task Fixes(string shape) => FixAssert.FixesAsync(new Grpo001TokenMeanCodeFix(), shape);

    [Fact]
    public Task DropsAxesMeanAndParentheses() => FixAssert.ChangesAsync(
        new Grpo001TokenMeanCodeFix(),
        "C1_01_masked_sum_over_length",
        ("((pt * mask).sum(-1) / mask.sum(-1)).mean()", "(pt * mask).sum() / mask.sum()"));

    [Fact]
    public Task KeepsTheMethodForm() => FixAssert.ChangesAsync(
        new Grpo001TokenMeanCodeFix(),
        "C1_03a_method_form",
        ("pt.mul(mask).sum(1).div(mask.sum(1)).mean()", "pt.mul(mask).sum().div(mask.sum())"));

    [Fact]
    public Task FollowsLocals() => FixAssert.ChangesAsync(
        new Grpo001TokenMeanCodeFix(),
        "C1_04_split_locals",
        ("masked.sum(1)", "masked.sum()"),
        ("mask.sum(1)", "mask.sum()"),
        ("seq.mean()", "seq"));

    [Fact]
    public Task KeepsTheParenthesesACallNeeds() => FixAssert.ChangesAsync(
        new Grpo001TokenMeanCodeFix(),
        "C2_06a_std_mean_tuple",
        ("(gain.sum(1) / mask.sum(1).clamp(min: 1)).mean().neg()", "(gain.sum() / mask.sum().clamp(min: 1)).neg()"));

    [Fact]
    public Task WeightsBecomeOnesOverAllTokens() => FixAssert.ChangesAsync(
        new Grpo001TokenMeanCodeFix(),
        "C1_05a_weights_first",
        ("mask / mask.sum(1, keepdim: true)", "mask / mask.sum()"),
        ("(pt * w).sum(1).mean()", "(pt * w).sum(1).sum()"));

    [Fact]
    public Task ReciprocalsStayReciprocals() => FixAssert.ChangesAsync(
        new Grpo001TokenMeanCodeFix(),
        "C1_06a_reciprocal",
        ("m.sum(1).reciprocal()", "m.sum().reciprocal()"),
        ("* inv).mean()", "* inv).sum()"));

    [Fact]
    public Task ASumOverRowsIsNotDividedByTheirNumberAsWell() => FixAssert.ChangesAsync(
        new Grpo001TokenMeanCodeFix(),
        "C1_07a_divided_by_rows",
        ("mask.sum(1)", "mask.sum()"),
        ("/ len).sum() / pt.shape[0]", "/ len).sum()"));

    [Fact]
    public Task TheCallOfAHelperIsEdited() => FixAssert.ChangesAsync(
        new Grpo001TokenMeanCodeFix(),
        "C1_08_masked_mean_helper",
        ("MaskedMean(loss, mask, -1).mean()", "(loss * mask).sum() / mask.sum()"));

    [Fact]
    public Task AnAxisThatAHelperDoesWithoutIsDropped() => FixAssert.ChangesAsync(
        new Grpo001TokenMeanCodeFix(),
        "C1_09_optional_dim_helper",
        ("MaskedMean(pg, mask, dim: 1).mean()", "MaskedMean(pg, mask)"));

    [Fact]
    public Task LossesThatALoopCollectsAreDividedByTheTokensItCounts() => FixAssert.ChangesAsync(
        new Grpo001TokenMeanCodeFix(),
        "C1_10_unpadded_rows",
        ("        foreach (var seq in group)", "        long tokenCount = 0;\n        foreach (var seq in group)"),
        ("losses.Add(tokenLosses.mean());", "losses.Add(tokenLosses.sum());\n            tokenCount += tokenLosses.numel();"),
        ("torch.stack(losses).mean()", "torch.stack(losses).sum() / tokenCount"));

    [Fact]
    public Task ATotalIsDividedByTheTokensItsLoopCounts() => FixAssert.ChangesAsync(
        new Grpo001TokenMeanCodeFix(),
        "C1_11b_sum_over_numel",
        ("        for (var k = 0;", "        long tokenCount = 0;\n        for (var k = 0;"),
        ("total += tokLoss.sum() / tokLoss.numel();", "total += tokLoss.sum();\n            tokenCount += tokLoss.numel();"),
        ("total / tokens.Length", "total / tokenCount"));

    [Fact]
    public async Task LengthsThatAreReadElsewhereKeepTheirRows()
    {
        const string Code = """
            using TorchSharp;
            using static TorchSharp.torch;
            public sealed class Trainer(nn.Module<Tensor, Tensor> policy, optim.Optimizer optimizer)
            {
                public Tensor Update(Tensor ids, Tensor mask, Tensor advantages, Tensor old)
                {
                    var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                    var ratio = exp(lp - old);
                    var perToken = -min(ratio * advantages, clamp(ratio, 0.8, 1.2) * advantages);
                    var lengths = mask.sum(1);
                    var loss = ((perToken * mask).sum(1) / lengths).mean(); // per answer
                    loss.backward();
                    optimizer.step();
                    return lengths;
                }
            }
            """;
        using var project = FixedProject.Of(Code);
        Assert.True(await project.ApplyAsync(new Grpo001TokenMeanCodeFix()));
        Assert.Equal(
            Code.Replace("((perToken * mask).sum(1) / lengths).mean()", "(perToken * mask).sum() / lengths.sum()", StringComparison.Ordinal),
            await project.TextAsync());
        Assert.Empty(await project.ErrorsAsync());
        Assert.Empty(await project.FindingIdsAsync());
    }
}
