using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Analyzers.Tests.Fingerprints;

/// <summary>
/// Methods that no row can express, or not all of one, and code that leaves parts open. What is not read is said to be unknown, and never
/// taken for the part of a method that the loss is not.
/// </summary>
public sealed class UnknownPartsTests
{
    /// <summary>Every method of the field without a test of its own here, and why the row cannot say what it is.</summary>
    public static TheoryData<string, string, string> Inexpressible => new()
    {
        {
            // The weight is a function of the whole completion's ratio that is neither the ratio nor its clip.
            "VESPO",
            "weighting: unknown (",
            """
            var w = ((LogProbs(ids).detach() - old) * mask).sum(1, keepdim: true).clamp(-18, 20);
            var phi = torch.exp(2 + 3 * w - 2 * w.exp());
            var loss = -(phi * a * LogProbs(ids) * mask).sum() / mask.sum();
            """
        },
        {
            // The square of a sum is no sum of weighted surrogates.
            "Kimi k1.5 policy mirror descent",
            "",
            """
            var gap = ((LogProbs(ids) - old) * mask).sum(1);
            var loss = (a.squeeze(1) - 0.1 * gap).pow(2).mean();
            """
        },
        {
            // One row has one ratio; here tokens of demonstrations have another than those of rollouts.
            "LUFFY",
            "",
            """
            var lp = LogProbs(ids);
            var p = lp.exp();
            var shaped = p / (p + 0.1) * a;
            var s = (lp - old).exp();
            var clipped = torch.min(s * a, s.clamp(0.8, 1.2) * a);
            var loss = -(torch.where(owner > 0, shaped, clipped) * mask).sum() / mask.sum();
            """
        },
        {
            // Only the best completion of a group has an advantage: its lead over the second.
            "pass@k",
            "advantage: unknown (",
            """
            var (top, index) = rewards.topk(2, 1);
            var lead = (top.select(1, 0) - top.select(1, 1)) / (rewards.std(1) + 1e-6);
            var best = torch.zeros_like(rewards).scatter(1, index.narrow(1, 0, 1), lead.unsqueeze(1)).view(-1, 1);
            var s = (LogProbs(ids) - old).exp();
            var loss = -(torch.min(s * best, s.clamp(0.8, 1.2) * best) * mask).sum() / mask.sum();
            """
        },
        {
            // A critic's recursion over time is no statistic of a group.
            "GAE",
            "advantage: unknown (",
            """
            var steps = (int)mask.shape[1];
            var advantages = torch.zeros_like(old);
            var last = torch.zeros(mask.shape[0]);
            for (var t = steps - 2; t >= 0; t--)
            {
                var delta = rewards.select(1, t) + 0.99 * values.select(1, t + 1) - values.select(1, t);
                last = delta + 0.99 * 0.95 * last;
                advantages.select(1, t).copy_(last);
            }

            var s = (LogProbs(ids) - old).exp();
            var loss = -(torch.min(s * advantages, s.clamp(0.8, 1.2) * advantages) * mask).sum() / mask.sum();
            """
        },
    };

    [Theory]
    [MemberData(nameof(Inexpressible))]
    public async Task InexpressibleMethodHasNoNameAndNoGuess(string method, string unknown, string loss)
    {
        Assert.NotEmpty(method);
        foreach (var row in await RowsOf(loss))
        {
            Assert.Contains(unknown, row);
            Assert.DoesNotContain(Names, name => row.StartsWith($"method: {name}\n", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("clip", "var loss = -(torch.min(s * a, s.clamp(low, 1.2) * a) * mask).sum() / mask.sum();")]
    [InlineData("weighting", "var loss = -(torch.min(s * a, s.clamp(0.8, 1.2) * a) * mask).sum() / values.abs().mean();")]
    [InlineData("weighting", "var loss = -(torch.min(s * a, s.clamp(0.8, 1.2) * a) * values.tanh() * mask).sum() / mask.sum();")]
    [InlineData("regulariser", "var loss = (-torch.min(s * a, s.clamp(0.8, 1.2) * a) * mask + 0.1 * lp.cos() * mask).sum() / mask.sum();")]
    [InlineData("regulariser", "var d = values - lp; var loss = (-torch.min(s * a, s.clamp(0.8, 1.2) * a) * mask + low * (d.exp() - d - 1) * mask).sum() / mask.sum();")]
    public async Task WhatRunTimeDecidesIsUnknown(string part, string loss)
    {
        var row = Assert.Single(await RowsOf("var lp = LogProbs(ids); var s = (lp - old).exp(); " + loss));
        Assert.Contains("unknown", row.Split('\n').Single(line => line.StartsWith(part + ":", StringComparison.Ordinal)));
        Assert.Contains("ratio: token", row);
    }

    [Theory]
    [InlineData("clip: symmetric, [0.8, 1.2]; dual at 3 for negative advantages", "var pair = torch.max(-s * a, -s.clamp(0.8, 1.2) * a); var perToken = torch.where(a < 0, torch.min(pair, -3.0 * a), pair);")]
    [InlineData("clip: asymmetric, [0.8, 1.28]; the ratio at most 4 where it is not clipped", "var perToken = -torch.min(s.clamp(max: 4) * a, s.clamp(0.8, 1.28) * a);")]
    [InlineData("regulariser: k1 x 0.1", "var perToken = -torch.min(s * a, s.clamp(0.8, 1.2) * a) + 0.1 * (lp - values);")]
    [InlineData("regulariser: log-likelihood x 0.1", "var perToken = -torch.min(s * a, s.clamp(0.8, 1.2) * a) - 0.1 * lp;")]
    [InlineData("regulariser: k2 x 0.1", "var perToken = -torch.min(s * a, s.clamp(0.8, 1.2) * a) + 0.1 * 0.5 * (lp - values).pow(2);")]
    [InlineData("regulariser: k3 x 0.1", "var d = values - lp; var perToken = -torch.min(s * a, s.clamp(0.8, 1.2) * a) + 0.1 * (d.exp() - d - 1);")]
    [InlineData("regulariser: ratio x k3 x 0.1", "var d = values - lp; var perToken = -torch.min(s * a, s.clamp(0.8, 1.2) * a) + 0.1 * s * (d.exp() - d - 1);")]
    [InlineData("regulariser: entropy x -0.01", "var all = model.call(ids).log_softmax(-1); var h = -(all.exp() * all).sum(-1); var perToken = -torch.min(s * a, s.clamp(0.8, 1.2) * a) - 0.01 * h;")]
    [InlineData("regulariser: abs x 0.1 (M/sum|o|)", "var cov = (a - a.mean()) * (lp - lp.mean()).detach(); var perToken = -s * a + 0.1 * (cov > 2) * (lp - old).abs();")]
    [InlineData("weighting: M/(sum|o| std)", "var cov = (a - a.mean()) * (lp - lp.mean()).detach(); var kept = ((cov > 1) & (cov < 5) & (torch.rand_like(cov) < 2e-4)).logical_not(); var perToken = -torch.min(s * a, s.clamp(0.8, 1.2) * a) * kept;")]
    [InlineData("clip: of the weight, from above, 20; tokens dropped by a test", "var p = lp.exp().detach(); var q = old.exp(); var kl = q * (q / p).log() + (1 - q) * ((1 - q) / (1 - p)).log(); var kept = ((kl > 0.2) & ((lp.detach() - old) * a > 0)).logical_not(); var perToken = -s.clamp(max: 20).detach() * lp * a * kept;")]
    [InlineData("method: near GRPO (R1): weighting 1/sum|o| instead of 1/(G |o|)", "var perToken = -torch.min(s * a, s.clamp(0.8, 1.2) * a);")]
    [InlineData("ratio: one (the policy over itself)", "var one = (lp - lp.detach()).exp(); var perToken = -torch.min(one * a, one.clamp(0.8, 1.2) * a);")]
    public async Task PartsThatNoMethodAboveHas(string expected, string perToken)
    {
        var row = Assert.Single(await RowsOf("var lp = LogProbs(ids); var s = (lp - old).exp(); " + perToken + " var loss = (perToken * mask).sum() / mask.sum();"));
        Assert.Contains(expected, row.Split('\n'));
    }

    private static readonly string[] Names =
    [
        "GRPO (R1)", "GRPO (v3.2)", "GSPO", "GSPO-token", "GTPO", "DAPO", "CPPO", "Dr.GRPO", "GPG", "CISPO", "GCPO", "RLOO", "RLOO, clipped",
        "REINFORCE++", "REINFORCE++-baseline", "Lite PPO", "OPO", "ReMax", "GDPO", "LUSPO", "SAPO", "GMPO", "lambda-GRPO", "DPPO", "DRO",
    ];

    private static async Task<IReadOnlyList<string>> RowsOf(string loss)
    {
        var compilation = FingerprintOf.Compile($$"""
            public sealed class Trainer(nn.Module<Tensor, Tensor> model)
            {
                private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters());

                private Tensor LogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

                public void Update(Tensor ids, Tensor mask, Tensor old, Tensor values, Tensor rewards, Tensor owner, double low)
                {
                    var a = ((rewards - rewards.mean([1], keepdim: true)) / (rewards.std(1, keepdim: true) + 1e-4)).view(-1, 1);
                    for (var epoch = 0; epoch < 4; epoch++)
                    {
                        {{loss}}
                        optimizer.zero_grad();
                        loss.backward();
                        optimizer.step();
                    }
                }
            }
            """);
        Assert.Empty(compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(diagnostic => diagnostic.ToString()));
        return await FingerprintOf.CompilationAsync(compilation);
    }
}
