namespace GrpoAnalyzers.CodeFixes.Tests;

public sealed class Grpo003KlCheckTests
{
    [Theory]
    [InlineData("C3_01a_full_batch_epochs")]
    [InlineData("C3_01b_control_full_batch")]
    [InlineData("C3_02_epochs_times_minibatches")]
    [InlineData("C3_03a_foreach_loader")]
    [InlineData("C3_03b_while_counter")]
    [InlineData("C3_04b_record_default")]
    [InlineData("C3_07d_overflow_clamp")]
    [InlineData("C3_09a_fmin")]
    [InlineData("C3_10b_dual_clip_and_clip_higher")]
    [InlineData("C3_16d_guard_after_the_loop")]
    public Task Fixes(string shape) => FixAssert.FixesAsync(new Grpo003KlCheckCodeFix(), shape);

    [Theory]
    [InlineData("C3_08c_math_clamp_of_host_ratios")]
    public Task OffersNothing(string shape) => FixAssert.OffersNothingAsync(new Grpo003KlCheckCodeFix(), shape);

    [Fact]
    public Task UsesTheCodesMaskAndNames() => FixAssert.ChangesAsync(
        new Grpo003KlCheckCodeFix(),
        "C3_02_epochs_times_minibatches",
        ("public class ShuffledTrainer\n{\n", "public class ShuffledTrainer\n{\n    private const double KlLimit = 0.02;\n\n"),
        (
            "                optimizer.step();\n",
            """
                            using (torch.no_grad())
                            {
                                var logRatio = lp - old.index_select(0, idx);
                                var kl = ((torch.exp(logRatio) - 1 - logRatio) * m).sum() / m.sum();
                                if (!(kl.item<float>() <= KlLimit))
                                {
                                    stop = true;
                                    break;
                                }
                            }

                            optimizer.step();

            """),
        ("        for (int epoch = 0; epoch < ppoEpochs; epoch++)\n", "        var stop = false;\n        for (int epoch = 0; epoch < ppoEpochs; epoch++)\n"),
        ("            }\n        }\n", "            }\n\n            if (stop) break;\n        }\n"));

    [Fact]
    public Task UsesTheLogRatioThatIsThere() => FixAssert.ChangesAsync(
        new Grpo003KlCheckCodeFix(),
        "C3_07d_overflow_clamp",
        ("public class OverflowTrainer\n{\n", "public class OverflowTrainer\n{\n    private const double KlLimit = 0.02;\n\n"),
        (
            "            optimizer.step();\n",
            """
                        using (torch.no_grad())
                        {
                            var kl = ((torch.exp(negApproxKl) - 1 - negApproxKl) * mask).sum() / mask.sum();
                            if (!(kl.item<float>() <= KlLimit)) break;
                        }

                        optimizer.step();

            """));

    [Fact]
    public async Task MeanOverAllTokensWithoutAMask()
    {
        const string Code = """
            using TorchSharp;
            using static TorchSharp.torch;
            public sealed class Trainer(nn.Module<Tensor, Tensor> policy, double KlLimit, double kl)
            {
                private const int Epochs = 4;
                private readonly optim.Optimizer optimizer = optim.AdamW(policy.parameters());

                public double Update(Tensor states, Tensor actions, Tensor advantages, Tensor old)
                {
                    for (var epoch = 0; epoch < Epochs; epoch++)
                    {
                        var ratio = policy.call(states).log_softmax(-1).gather(-1, actions).sub(old).exp();
                        var lp = policy.call(states).log_softmax(-1).gather(-1, actions);
                        ratio = exp(lp - old);
                        var r = exp(lp - old);
                        var loss = -min(r * advantages, clamp(r, 0.8, 1.2) * advantages).mean();
                        optimizer.zero_grad();
                        loss.backward();
                        optimizer.step();
                    }

                    return KlLimit + kl;
                }
            }
            """;
        using var project = FixedProject.Of(Code);
        Assert.True(await project.ApplyAsync(new Grpo003KlCheckCodeFix()));
        Assert.Equal(
            Code
                .Replace("Epochs = 4;\n", "Epochs = 4;\n    private const double KlDivergenceLimit = 0.02;\n", StringComparison.Ordinal)
                .Replace(
                    "            optimizer.step();\n",
                    """
                                using (no_grad())
                                {
                                    var logRatio = lp - old;
                                    var klEstimate = (exp(logRatio) - 1 - logRatio).mean();
                                    if (!(klEstimate.item<float>() <= KlDivergenceLimit)) break;
                                }

                                optimizer.step();

                    """,
                    StringComparison.Ordinal),
            await project.TextAsync());
        Assert.Empty(await project.ErrorsAsync());
        Assert.Empty(await project.FindingIdsAsync());
    }

    [Fact]
    public async Task DisposesOfWhatTheLoopDisposesOfByHandAndKeepsItsStyle()
    {
        const string Code = """
            using TorchSharp;
            using static TorchSharp.torch;
            public sealed class Trainer(nn.Module<Tensor, Tensor> policy)
            {
                private readonly optim.Optimizer optimizer = optim.AdamW(policy.parameters());

                public void Update(Tensor ids, Tensor mask, Tensor advantages, Tensor old, bool stop)
                {
                    for (int epoch = 0; epoch < 4 && !stop; epoch++)
                    {
                        Tensor seen = ids.clone();
                        foreach (long part in new long[] { 0, 1 })
                        {
                            using Tensor lp = policy.call(seen).log_softmax(-1).gather(-1, seen.unsqueeze(-1)).squeeze(-1);
                            using Tensor ratio = exp(lp - old);
                            Tensor loss = -(min(ratio * advantages, clamp(ratio, 0.8, 1.2) * advantages) * mask).sum() / mask.sum();
                            optimizer.zero_grad();
                            loss.backward();
                            optimizer.step(); // one of many
                            loss.Dispose();
                        }

                        seen.Dispose();
                    }

                    policy.eval();
                }
            }
            """;
        const string Check = """
                            using (no_grad())
                            {
                                using Tensor logRatio = lp - old;
                                using Tensor kl = ((exp(logRatio) - 1 - logRatio) * mask).sum() / mask.sum();
                                if (!(kl.item<float>() <= KlLimit))
                                {
                                    loss.Dispose();
                                    isBeyondLimit = true;
                                    break;
                                }
                            }

                            optimizer.step(); // one of many

            """;
        const string After = """

                        if (isBeyondLimit)
                        {
                            seen.Dispose();
                            break;
                        }

            """;
        using var project = FixedProject.Of(Code);
        Assert.True(await project.ApplyAsync(new Grpo003KlCheckCodeFix()));
        Assert.Equal(
            Code
                .Replace("{\n    private", "{\n    private const double KlLimit = 0.02;\n\n    private", StringComparison.Ordinal)
                .Replace("        for (int", "        bool isBeyondLimit = false;\n        for (int", StringComparison.Ordinal)
                .Replace("                optimizer.step(); // one of many\n", Check, StringComparison.Ordinal)
                .Replace("            }\n\n            seen", "            }\n" + After + "\n            seen", StringComparison.Ordinal),
            await project.TextAsync());
        Assert.Empty(await project.ErrorsAsync());
        Assert.Empty(await project.FindingIdsAsync());
    }
}
