namespace GrpoAnalyzers.CodeFixes.Tests;

/// <summary>What is written where a RatioGuard of GrpoAnalyzers.Runtime is to end the updates on a rollout.</summary>
public sealed class RatioGuardTextTests
{
    private const string Title = "Leave the loop when a RatioGuard of GrpoAnalyzers.Runtime says so";

    /// <summary>A guard for each rollout, which stands for all epochs and mini-batches on it.</summary>
    [Fact]
    public Task EachRolloutHasAGuardOfItsOwn() => ChangesAsync(
        """
                foreach (var (ids, mask, old, advantages) in rollouts)
                {
                    for (var epoch = 0; epoch < 4; epoch++)
                    {
                        foreach (var rows in randperm(64).chunk(8))
                        {
                            var lp = LogProbs(ids[rows]);
                            var ratio = exp(lp - old[rows]);
                            var a = advantages[rows];
                            var loss = -(min(ratio * a, clamp(ratio, 0.8, 1.2) * a) * mask[rows]).sum() / mask[rows].sum();
                            optimizer.zero_grad();
                            loss.backward();
                            optimizer.step();
                        }
                    }

                    System.Console.WriteLine(mask.sum().item<float>());
                }

        """,
        ("using System.Linq;\n", "using System.Linq;\nusing GrpoAnalyzers.Runtime;\n"),
        ("            for (var epoch", "            var stop = false;\n            using var guard = new RatioGuard { MaxKl = 0.02 };\n            for (var epoch"),
        (
            "                    optimizer.step();\n                }\n",
            """
                                if (guard.ShouldStop(lp, old[rows], mask[rows]))
                                {
                                    stop = true;
                                    break;
                                }

                                optimizer.step();
                            }

                            if (stop) break;

            """));

    /// <summary>Who makes the update is handed the guard of the loop that calls it.</summary>
    [Fact]
    public Task AMethodThatMakesTheUpdateIsHandedTheGuard() => ChangesAsync(
        """
                foreach (var (ids, mask, old, advantages) in rollouts)
                {
                    for (var pass = 0; pass < 4; pass++)
                        Step(ids, mask, old, advantages, 0.2);
                }
            }

            private void Step(Tensor ids, Tensor mask, Tensor old, Tensor a, double clip, bool isVerbose = false)
            {
                var lp = LogProbs(ids);
                var logRatio = old.sub(lp).neg();
                var ratio = (lp - old).exp();
                var loss = -(min(ratio * a, ratio.clamp(1 - clip, 1 + clip) * a) * mask).sum() / mask.sum();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
                if (isVerbose) System.Console.WriteLine(logRatio.mean().item<float>());

        """,
        ("using System.Linq;\n", "using System.Linq;\nusing GrpoAnalyzers.Runtime;\n"),
        ("            for (var pass", "            using var guard = new RatioGuard { MaxKl = 0.02 };\n            for (var pass"),
        ("Step(ids, mask, old, advantages, 0.2);", "if (!Step(ids, mask, old, advantages, 0.2, guard)) break;"),
        ("private void Step", "private bool Step"),
        ("double clip, bool", "double clip, RatioGuard guard, bool"),
        ("        optimizer.step();\n", "        if (guard.ShouldStop(lp, old, mask)) return false;\n        optimizer.step();\n"),
        ("mean().item<float>());\n    }", "mean().item<float>());\n        return true;\n    }"));

    [Fact]
    public Task NamesAreFree() => ChangesAsync(
        """
                var guard = 0;
                var (ids, _, old, a) = rollouts[0];
                while (guard++ < 4)
                {
                    var lp = LogProbs(ids);
                    var ratio = exp(lp - old);
                    var loss = -min(ratio * a, clamp(ratio, 0.8, 1.2) * a).mean();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }

        """,
        ("using System.Linq;\n", "using System.Linq;\nusing GrpoAnalyzers.Runtime;\n"),
        ("        while (", "        using var ratioGuard = new RatioGuard { MaxKl = 0.02 };\n        while ("),
        ("            optimizer.step();\n", "            if (ratioGuard.ShouldStop(lp, old)) break;\n            optimizer.step();\n"));

    /// <summary>A helper that computes the loss asks, its caller leaves the loop.</summary>
    [Fact]
    public Task AHelperThatComputesTheLossHandsOutTheAnswer() => ChangesAsync(
        """
                foreach (var (ids, mask, old, advantages) in rollouts)
                {
                    for (var pass = 0; pass < 4; pass++)
                    {
                        var loss = Loss(ids, mask, old, advantages);
                        optimizer.zero_grad();
                        loss.backward();
                        optimizer.step();
                    }
                }
            }

            private Tensor Loss(Tensor ids, Tensor mask, Tensor old, Tensor a)
            {
                var lp = LogProbs(ids);
                var ratio = lp.sub(old).exp();
                var worst = min(ratio * a, ratio.clamp(0.8, 1.2) * a);
                return -(worst * mask).sum() / mask.sum();

        """,
        ("using System.Linq;\n", "using System.Linq;\nusing GrpoAnalyzers.Runtime;\n"),
        ("            for (var pass", "            using var guard = new RatioGuard { MaxKl = 0.02 };\n            for (var pass"),
        ("Loss(ids, mask, old, advantages)", "Loss(ids, mask, old, advantages, guard, out var movedTooFar)"),
        ("                optimizer.step();\n", "                if (movedTooFar) break;\n                optimizer.step();\n"),
        ("Tensor old, Tensor a)", "Tensor old, Tensor a, RatioGuard guard, out bool movedTooFar)"),
        ("        return -(worst", "        movedTooFar = guard.ShouldStop(lp, old, mask);\n        return -(worst"));

    /// <summary>What the loss asks the network for is asked for once.</summary>
    [Fact]
    public Task ACallGetsAName() => ChangesAsync(
        """
                var (ids, mask, old, a) = rollouts[0];
                for (var pass = 0; pass < 4; pass++)
                {
                    var ratio = exp(LogProbs(ids) - old);
                    var loss = -(min(ratio * a, ratio.clamp(0.8, 1.2) * a) * mask).sum() / mask.sum();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }

        """,
        ("using System.Linq;\n", "using System.Linq;\nusing GrpoAnalyzers.Runtime;\n"),
        ("        for (var pass", "        using var guard = new RatioGuard { MaxKl = 0.02 };\n        for (var pass"),
        ("            var ratio = exp(LogProbs(ids) - old);", "            var logProbs = LogProbs(ids);\n            var ratio = exp(logProbs - old);"),
        ("            optimizer.step();\n", "            if (guard.ShouldStop(logProbs, old, mask)) break;\n            optimizer.step();\n"));

    /// <summary>The guard wants logarithms where the code divides probabilities.</summary>
    [Theory]
    [InlineData("lp.exp() / old.exp()", "lp, old, mask")]
    [InlineData("torch.div(lp.exp(), old)", "lp, old.log(), mask")]
    public Task ProbabilitiesThatAreDivided(string ratio, string asked) => ChangesAsync(
        $$"""
                var (ids, mask, old, a) = rollouts[0];
                for (var pass = 0; pass < 4; pass++)
                {
                    var lp = LogProbs(ids);
                    var ratio = {{ratio}};
                    var loss = -(min(ratio * a, ratio.clamp(0.8, 1.2) * a) * mask).sum() / mask.sum();
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }

        """,
        ("using System.Linq;\n", "using System.Linq;\nusing GrpoAnalyzers.Runtime;\n"),
        ("        for (var pass", "        using var guard = new RatioGuard { MaxKl = 0.02 };\n        for (var pass"),
        ("            optimizer.step();\n", $"            if (guard.ShouldStop({asked})) break;\n            optimizer.step();\n"));

    /// <summary>A mean over single losses is not what a guard sees that is shown them one by one.</summary>
    [Fact]
    public Task NothingWhereTheLossesOfAnUpdateComeOneByOne() => ChangesAsync(
        """
                for (var pass = 0; pass < 4; pass++)
                {
                    var total = zeros(1);
                    foreach (var (ids, mask, old, a) in rollouts)
                    {
                        var lp = LogProbs(ids);
                        var ratio = exp(lp - old);
                        total = total - (min(ratio * a, ratio.clamp(0.8, 1.2) * a) * mask).sum();
                    }

                    optimizer.zero_grad();
                    total.backward();
                    optimizer.step();
                }

        """,
        isOffered: false);

    /// <summary>What calls the step beside the loop would have no guard.</summary>
    [Fact]
    public Task NothingWhereTheMethodHasAnotherCaller() => ChangesAsync(
        """
                foreach (var (ids, mask, old, advantages) in rollouts)
                {
                    for (var pass = 0; pass < 4; pass++)
                        Step(ids, mask, old, advantages);
                }
            }

            public void Once(Tensor ids, Tensor mask, Tensor old, Tensor advantages) => Step(ids, mask, old, advantages);

            private void Step(Tensor ids, Tensor mask, Tensor old, Tensor a)
            {
                var lp = LogProbs(ids);
                var ratio = (lp - old).exp();
                var loss = -(min(ratio * a, ratio.clamp(0.8, 1.2) * a) * mask).sum() / mask.sum();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();

        """,
        isOffered: false);

    /// <summary>The library wants a mask of the log-probabilities' own shape.</summary>
    [Fact]
    public Task NothingWhereTheMaskIsSpreadOverAnAxis() => ChangesAsync(
        """
                foreach (var (ids, mask, old, a) in rollouts)
                {
                    var rowMask = mask.unsqueeze(1);
                    for (var pass = 0; pass < 4; pass++)
                    {
                        var lp = LogProbs(ids);
                        var ratio = (lp - old).exp();
                        var loss = -(min(ratio * a, ratio.clamp(0.8, 1.2) * a) * rowMask).sum() / rowMask.sum();
                        optimizer.zero_grad();
                        loss.backward();
                        optimizer.step();
                    }
                }

        """,
        isOffered: false);

    /// <summary>The rule's page shows the lines that the fix adds to the snippet that it flags.</summary>
    [Fact]
    public async Task ThePageShowsWhatIsAdded()
    {
        var page = (await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "RulePages", "GRPO003.md"), TestContext.Current.CancellationToken))
            .Replace("\r\n", "\n", StringComparison.Ordinal);
        var added = Block("diff").Split('\n').Where(line => line.StartsWith('+')).Select(line => line[1..]).ToList();
        var flagged = Block("csharp");
        using var project = FixedProject.Of(flagged).WithRuntime();
        Assert.True(await project.ApplyAsync(new Grpo003KlCheckCodeFix(), Title));

        var text = (await project.TextAsync()).Split('\n').ToList();
        Assert.Equal(added, text.Where(added.Contains));
        Assert.Equal(flagged.Split('\n'), text.Where(line => !added.Contains(line)));

        string Block(string language)
        {
            var rest = page.Split($"\n```{language}\n")[1];
            return rest[..rest.IndexOf("\n```", StringComparison.Ordinal)];
        }
    }

    private static Task ChangesAsync(string body, params (string From, string To)[] changes) => ChangesAsync(body, isOffered: true, changes);

    private static async Task ChangesAsync(string body, bool isOffered, params (string From, string To)[] changes)
    {
        var code = Trainer(body);
        using var project = FixedProject.Of(code).WithRuntime();
        Assert.Equal(["GRPO003"], await project.FindingIdsAsync());
        Assert.Equal(isOffered, await project.ApplyAsync(new Grpo003KlCheckCodeFix(), Title));
        foreach (var (from, to) in changes)
        {
            Assert.Equal(2, code.Split(from).Length);
            code = code.Replace(from, to, StringComparison.Ordinal);
        }

        Assert.Equal(code, await project.TextAsync());
        Assert.Empty(await project.ErrorsAsync());
        Assert.Equal(isOffered ? [] : ["GRPO003"], await project.FindingIdsAsync());
    }

    private static string Trainer(string body) => $$"""
        using System.Linq;
        using TorchSharp;
        using static TorchSharp.torch;
        public sealed class Trainer(nn.Module<Tensor, Tensor> policy)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(policy.parameters());

            public void Update((Tensor Ids, Tensor Mask, Tensor Old, Tensor Advantages)[] rollouts)
            {
        {{body}}    }

            private Tensor LogProbs(Tensor ids) => policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        }
        """;
}
