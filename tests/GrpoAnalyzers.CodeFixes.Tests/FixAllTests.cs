namespace GrpoAnalyzers.CodeFixes.Tests;

/// <summary>All findings of a document at once: what serves two of them is added once, and goes when the second of them goes.</summary>
public sealed class FixAllTests
{
    private const string TwoLoops = """
        using TorchSharp;
        using static TorchSharp.torch;
        public sealed class Trainer(nn.Module<Tensor, Tensor> policy)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(policy.parameters());

            public void First(Tensor ids, Tensor mask, Tensor rewards, Tensor old)
            {
                var groups = rewards.view(-1, 8);
                var std = groups.std(1, keepdim: true) + 1e-4;
                var advantages = ((groups - groups.mean([1], keepdim: true)) / std).view(-1, 1);
                var others = ((groups - groups.max()) / std).view(-1, 1);
                for (var epoch = 0; epoch < 4; epoch++)
                {
                    var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                    var ratio = exp(lp - old);
                    var perToken = -min(ratio * advantages, clamp(ratio, 0.8, 1.2) * advantages);
                    var loss = ((perToken * mask).sum(1) / mask.sum(1)).mean();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }

                for (var epoch = 0; epoch < 4; epoch++)
                {
                    var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                    var ratio = exp(lp - old);
                    var perToken = -min(ratio * others, clamp(ratio, 0.8, 1.2) * others);
                    var loss = ((perToken * mask).sum(1) / mask.sum(1)).mean();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """;

    [Fact]
    public async Task NothingIsLeftOfAnyRule()
    {
        using var project = FixedProject.Of(TwoLoops);
        Assert.Equal(6, (await project.FindingIdsAsync()).Count);
        await project.ApplyToAllAsync(new Grpo001TokenMeanCodeFix(), Grpo001TokenMeanCodeFix.Kind);
        await project.ApplyToAllAsync(new Grpo002CentreOnlyCodeFix(), Grpo002CentreOnlyCodeFix.Kind);
        await project.ApplyToAllAsync(new Grpo003KlCheckCodeFix(), Grpo003KlCheckCodeFix.Kind);

        Assert.Empty(await project.ErrorsAsync());
        Assert.Empty(await project.FindingIdsAsync());
        var text = await project.TextAsync();
        Assert.Equal(2, text.Split("private const double KlLimit = 0.02;").Length);
        Assert.Equal(3, text.Split("<= KlLimit)) break;").Length);
        Assert.DoesNotContain("std", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoFixWhereLeavingTheLoopLeavesAVariableWithoutAValue()
    {
        const string Code = """
            using TorchSharp;
            using static TorchSharp.torch;
            public sealed class Trainer(nn.Module<Tensor, Tensor> policy)
            {
                private readonly optim.Optimizer optimizer = optim.AdamW(policy.parameters());

                public float Update(Tensor ids, Tensor mask, Tensor advantages, Tensor old, int updates)
                {
                    float last;
                    do
                    {
                        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                        var ratio = exp(lp - old);
                        var perToken = -min(ratio * advantages, clamp(ratio, 0.8, 1.2) * advantages);
                        var loss = (perToken * mask).sum() / mask.sum();
                        optimizer.zero_grad();
                        loss.backward();
                        optimizer.step();
                        last = loss.item<float>();
                    }
                    while (--updates > 0);
                    return last;
                }
            }
            """;
        using var project = FixedProject.Of(Code);
        Assert.Equal(["GRPO003"], await project.FindingIdsAsync());
        Assert.False(await project.ApplyAsync(new Grpo003KlCheckCodeFix()));
    }
}
