namespace GrpoAnalyzers.CodeFixes.Tests;

/// <summary>What is multiplied with the log-ratio, and what a loop goes through, decides whether the check of GRPO003 would be right.</summary>
public sealed class KlCheckRefusalTests
{
    [Theory]
    [InlineData("((LogProbs(ids) - old) * mask).exp()", "((ratio - 1 - logRatio) * mask).sum() / mask.sum()")]
    [InlineData("LogProbs(ids).sub(old).mul(mask).exp()", "((ratio - 1 - logRatio) * mask).sum() / mask.sum()")]
    [InlineData("(mask * (LogProbs(ids) - old).clamp(-20, 20)).exp()", "((ratio - 1 - logRatio) * mask).sum() / mask.sum()")]
    [InlineData("(LogProbs(ids) - old).masked_fill(mask.eq(0), 0).exp()", "((ratio - 1 - logRatio) * mask).sum() / mask.sum()")]
    public async Task TakesAMaskOnTheLogRatio(string ratio, string estimate)
    {
        using var project = FixedProject.Of(Trainer(ratio));
        Assert.True(await project.ApplyAsync(new Grpo003KlCheckCodeFix()), "No fix is offered.");
        Assert.Empty(await project.ErrorsAsync());
        Assert.Empty(await project.FindingIdsAsync());
        var text = await project.TextAsync();
        Assert.Contains("var logRatio = ratio.log();", text, StringComparison.Ordinal);
        Assert.Contains($"var kl = {estimate};", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("((LogProbs(ids) - old) * weights).exp()")]
    [InlineData("((LogProbs(ids) - old) * mask * weights).exp()")]
    [InlineData("((LogProbs(ids) - old) * 0.5).exp()")]
    [InlineData("(LogProbs(ids) - old).masked_fill(mask.eq(0), 1).exp()")]
    public async Task TakesNothingElseOnTheLogRatio(string ratio)
    {
        using var project = FixedProject.Of(Trainer(ratio));
        Assert.Contains("GRPO003", await project.FindingIdsAsync());
        Assert.False(await project.ApplyAsync(new Grpo003KlCheckCodeFix()));
    }

    [Theory]
    [InlineData("Enumerable.Repeat(rollouts[0], 4)", true)]
    [InlineData("rollouts.SelectMany(rollout => Enumerable.Repeat(rollout, 4))", false)]
    public async Task LeavesALazySequenceOnlyWhereItIsOfOneRollout(string sequence, bool isOffered)
    {
        using var project = FixedProject.Of($$"""
            using System.Collections.Generic;
            using System.Linq;
            using TorchSharp;
            using static TorchSharp.torch;
            public sealed record Rollout(Tensor Ids, Tensor Mask, Tensor Worth, Tensor Old);
            public sealed class Trainer(nn.Module<Tensor, Tensor> policy)
            {
                private readonly optim.Optimizer optimizer = optim.AdamW(policy.parameters());

                public void Update(List<Rollout> rollouts)
                {
                    foreach (var one in {{sequence}})
                    {
                        var lp = policy.call(one.Ids).log_softmax(-1).gather(-1, one.Ids.unsqueeze(-1)).squeeze(-1);
                        var ratio = exp(lp - one.Old);
                        var loss = -(min(ratio * one.Worth, clamp(ratio, 0.8, 1.2) * one.Worth) * one.Mask).sum() / one.Mask.sum();
                        optimizer.zero_grad();
                        loss.backward();
                        optimizer.step();
                    }
                }
            }
            """);
        Assert.Equal(["GRPO003"], await project.FindingIdsAsync());
        Assert.Equal(isOffered, await project.ApplyAsync(new Grpo003KlCheckCodeFix()));
    }

    [Theory]
    [InlineData("rows.Select(row => Loss(row))", "", true)]
    [InlineData("rows.AsParallel().Select(row => Loss(row))", "", false)]
    [InlineData("rows.Select(Loss)", "", false)]
    [InlineData("rows.Select(row => Loss(row))", "public float Look(Row row) => Loss(row).ToSingle();", false)]
    public async Task AddsUpWhatIsComputedRowByRowOnlyWhereNothingElseIsAdded(string losses, string other, bool isOffered)
    {
        using var project = FixedProject.Of($$"""
            using System.Collections.Generic;
            using System.Linq;
            using TorchSharp;
            using static TorchSharp.torch;
            public sealed record Row(Tensor Ids, Tensor Old, float Worth);
            public sealed class Trainer(nn.Module<Tensor, Tensor> policy)
            {
                private readonly optim.Optimizer optimizer = optim.AdamW(policy.parameters());

                private Tensor Loss(Row row)
                {
                    var lp = policy.call(row.Ids).log_softmax(-1).gather(-1, row.Ids.unsqueeze(-1)).squeeze(-1);
                    var ratio = exp(lp - row.Old);
                    return -min(ratio * row.Worth, clamp(ratio, 0.8, 1.2) * row.Worth).sum();
                }

                {{other}}

                public void Update(List<Row> rows)
                {
                    for (var epoch = 0; epoch < 4; epoch++)
                    {
                        var loss = stack({{losses}}).sum() / 1024;
                        optimizer.zero_grad();
                        loss.backward();
                        optimizer.step();
                    }
                }
            }
            """);
        Assert.Equal(["GRPO003"], await project.FindingIdsAsync());
        Assert.Equal(isOffered, await project.ApplyAsync(new Grpo003KlCheckCodeFix()));
        if (isOffered)
        {
            Assert.Empty(await project.ErrorsAsync());
            var text = await project.TextAsync();
            Assert.Contains("klSum += (exp(logRatio) - 1 - logRatio).sum().item<float>();", text, StringComparison.Ordinal);
            Assert.Contains("tokenCount += logRatio.numel();", text, StringComparison.Ordinal);
            Assert.Contains("if (!(klSum / tokenCount <= KlLimit)) break;", text, StringComparison.Ordinal);
        }
    }

    private static string Trainer(string ratio) => $$"""
        using TorchSharp;
        using static TorchSharp.torch;
        public sealed class Trainer(nn.Module<Tensor, Tensor> policy)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(policy.parameters());

            private Tensor LogProbs(Tensor ids) => policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

            public void Update(Tensor ids, Tensor mask, Tensor weights, Tensor worth, Tensor old)
            {
                for (var epoch = 0; epoch < 4; epoch++)
                {
                    var ratio = {{ratio}};
                    var loss = -(min(ratio * worth, clamp(ratio, 0.8, 1.2) * worth) * mask).sum() / mask.sum();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """;
}
