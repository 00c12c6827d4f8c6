namespace GrpoAnalyzers.CodeFixes.Tests;

/// <summary>What is written where a part of a trainer is handed to GrpoAnalyzers.Runtime.</summary>
public sealed class RuntimeTextTests
{
    private const string Objective = "Compute the loss with GrpoAnalyzers.Runtime";

    private const string Advantages = "Estimate the advantages with GrpoAnalyzers.Runtime";

    [Fact]
    public async Task AClippedSurrogateKeepsItsBoundsAndWhatElseIsReadStays()
    {
        var text = await FixAsync(new Grpo001TokenMeanCodeFix(), Objective, Trainer("""
                    var ratio = (lp - old).exp();
                    var column = a.unsqueeze(1);
                    var surrogate = torch.min(ratio * column, ratio.clamp(1 - Low, 1.28) * column);
                    // one completion, one vote
                    var loss = -((surrogate * mask).sum(1) / mask.sum(1).clamp_min(1)).mean();
                    System.Console.WriteLine(ratio.max().item<float>());
            """));
        Assert.Contains("using GrpoAnalyzers.Runtime;\nusing TorchSharp;\n", text, StringComparison.Ordinal);
        Assert.Contains("""
                    var ratio = (lp - old).exp();
                    // one completion, one vote
                    var loss = (GroupObjective.DrGrpo with { Weighting = Aggregation.TokenMean, Surrogate = new ClippedSurrogate(Ratio.Token, new Clip(Low, 0.28)) })
                        .Compute(new LossInputs { LogProbs = lp, OldLogProbs = old, Mask = mask > 0, Advantages = a, EmptyCompletions = EmptyCompletions.Count }, metrics: false)
                        .Loss;
                    System.Console.WriteLine(ratio.max().item<float>());
            """, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APenaltyInsideTheAverageGoesAlong()
    {
        var text = await FixAsync(new Grpo001TokenMeanCodeFix(), Objective, Trainer("""
                    var d = old - lp;
                    var penalty = d.exp() - d - 1;
                    var perToken = -(lp - old).exp() * a.unsqueeze(1) + 0.04 * penalty;
                    var loss = ((perToken * mask).sum(1) / mask.sum(1)).mean();
            """));
        Assert.Contains("Surrogate = new UnclippedSurrogate(Ratio.Token), Regulariser = new KlPenalty(0.04, KlEstimator.K3) })", text, StringComparison.Ordinal);
        Assert.Contains("LossInputs { LogProbs = lp, OldLogProbs = old, ReferenceLogProbs = old, Mask = mask > 0, Advantages = a }", text, StringComparison.Ordinal);
    }

    /// <summary>A penalty that pushes away from the other policy is none: what the code does is not what the library would do.</summary>
    [Fact]
    public Task NothingWhereASignIsNotThatOfAPenalty() => RefusesAsync(Trainer("""
                    var d = old - lp;
                    var penalty = d.exp() - d - 1;
                    var perToken = -(lp - old).exp() * a.unsqueeze(1) - 0.04 * penalty;
                    var loss = ((perToken * mask).sum(1) / mask.sum(1)).mean();
            """));

    /// <summary>A name that is written again does not stand for one thing.</summary>
    [Fact]
    public Task NothingWhereATensorIsChangedInPlace() => RefusesAsync(Trainer("""
                    var gain = (lp - old).exp() * a.unsqueeze(1);
                    var loss = -((gain * mask).sum(1) / mask.sum(1)).mean();
                    mask.mul_(0);
            """));

    [Fact]
    public async Task NamesThatTheFileKnowsAreQualified()
    {
        var text = await FixAsync(new Grpo001TokenMeanCodeFix(), Objective, Trainer("""
                    var loss = -((lp * a * mask).sum(1) / mask.sum(1)).mean();
            """) + "\npublic enum Ratio { None }\n");
        Assert.DoesNotContain("using GrpoAnalyzers.Runtime;", text, StringComparison.Ordinal);
        Assert.Contains("(GrpoAnalyzers.Runtime.GroupObjective.DrGrpo with", text, StringComparison.Ordinal);
    }

    /// <summary>A part of a step's batch is divided by a constant.</summary>
    [Fact]
    public async Task MicroBatchesGetAConstant()
    {
        var text = await FixAsync(new Grpo001TokenMeanCodeFix(), Objective, """
            using TorchSharp;
            using static TorchSharp.torch;
            public sealed class Trainer(nn.Module<Tensor, Tensor> policy)
            {
                private readonly optim.Optimizer optimizer = optim.AdamW(policy.parameters());

                public void Update((Tensor Ids, Tensor Mask, Tensor Advantages)[] parts, int maxNewTokens)
                {
                    optimizer.zero_grad();
                    foreach (var (ids, mask, a) in parts)
                    {
                        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                        var loss = -((lp * a * mask).sum(1) / mask.sum(1)).mean();
                        loss.backward();
                    }

                    optimizer.step();
                }
            }
            """);
        Assert.Contains("Weighting = Aggregation.Constant(maxNewTokens), Surrogate = new UnclippedSurrogate(Ratio.Log)", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".view(-1)", "AdvantageEstimator.Centred.Estimate(rewards.reshape(-1), (int)size);")]
    [InlineData(".view(-1, 1)", "AdvantageEstimator.Centred.Estimate(rewards.reshape(-1), (int)size).unsqueeze(1);")]
    [InlineData("", "AdvantageEstimator.Centred.Estimate(rewards.reshape(-1), (int)size).view_as(groups);")]
    public async Task GroupsAreThoseOfTheView(string shape, string expected)
    {
        var text = await FixAsync(new Grpo002CentreOnlyCodeFix(), Advantages, $$"""
            using System;
            using TorchSharp;
            using static TorchSharp.torch;
            public sealed class Trainer(nn.Module<Tensor, Tensor> policy)
            {
                private readonly optim.Optimizer optimizer = optim.AdamW(policy.parameters());

                public void Update(Tensor ids, Tensor mask, Tensor rewards, long size)
                {
                    var groups = rewards.view(-1, size);
                    var (deviation, centre) = std_mean(groups, 1, keepdim: true);
                    var a = ((groups - centre) / (deviation + 1e-4)){{shape}};
                    var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                    var loss = -(lp * a * mask).sum() / mask.sum();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
            """);
        Assert.Contains("using System;\nusing GrpoAnalyzers.Runtime;\nusing TorchSharp;\n", text, StringComparison.Ordinal);
        Assert.Contains("        var a = " + expected + "\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("std_mean", text, StringComparison.Ordinal);
        Assert.Equal(shape.Length == 0, text.Contains("var groups", StringComparison.Ordinal));
    }

    private static async Task<string> FixAsync(PlaceFix fix, string title, string code)
    {
        using var project = FixedProject.Of(code).WithRuntime();
        Assert.Empty(await FixAssert.FixesAllOfferedAsync(project, fix, title));
        return await project.TextAsync();
    }

    private static async Task RefusesAsync(string code)
    {
        using var project = FixedProject.Of(code).WithRuntime();
        Assert.Contains("GRPO001", await project.FindingIdsAsync());
        Assert.False(await project.ApplyAsync(new Grpo001TokenMeanCodeFix(), Objective));
    }

    private static string Trainer(string loss) => $$"""
        using TorchSharp;
        using static TorchSharp.torch;
        public sealed class Trainer(nn.Module<Tensor, Tensor> policy)
        {
            private const double Low = 0.2;

            private readonly optim.Optimizer optimizer = optim.AdamW(policy.parameters());

            public void Update(Tensor ids, Tensor mask, Tensor old, Tensor a)
            {
                var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        {{loss}}
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
        """;
}
