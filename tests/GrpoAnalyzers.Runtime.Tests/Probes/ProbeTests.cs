using TorchSharp.Modules;

namespace GrpoAnalyzers.Runtime.Tests;

public class ProbeTests
{
    /// <summary>Four completions of lengths 2, 4, 3, 1 that share their first token, and a group of two that share nothing.</summary>
    private static (Parameter Logits, Func<Tensor> LogProbs, LossInputs Inputs, PrefixTree Tree) Shared()
    {
        var logits = new Parameter(tensor(new[] { 0.1, 0.4, -0.3, 0.2 }));
        var ids = tensor(new long[,] { { 0, 1, 9, 9 }, { 0, 2, 1, 3 }, { 0, 1, 2, 9 }, { 0, 9, 9, 9 }, { 1, 9, 9, 9 }, { 2, 9, 9, 9 } });
        var mask = ids.ne(9);
        Tensor LogProbs() => logits.log_softmax(0).index_select(0, ids.clamp_max(3).reshape(-1)).reshape(6, 4);
        var groups = Groups.ById(tensor(new long[] { 0, 0, 0, 0, 1, 1 }));
        var inputs = new LossInputs
        {
            LogProbs = LogProbs().detach(),
            OldLogProbs = LogProbs().detach(),
            Mask = mask,
            Advantages = AdvantageEstimator.Centred.Estimate(tensor(new[] { 1, 0, 0.5, 0, 1, 0 }), groups),
            Groups = groups,
        };
        return (logits, LogProbs, inputs, PrefixTree.Build(ids, mask, groups));
    }

    [Fact]
    public void The_weight_of_a_shared_prefix_is_measured_and_is_zero_after_the_fix()
    {
        using var scope = NewDisposeScope();
        var (logits, logProbs, inputs, tree) = Shared();
        PrefixBias Measure(GroupObjective objective) =>
            PrefixBiasProbe.Measure([logits], logProbs, log => objective.Compute(inputs with { LogProbs = log }, metrics: false).Loss, tree);

        var biased = Measure(GroupObjective.GrpoR1 with { Regulariser = Regulariser.None });
        var push = Assert.Single(biased.Groups);
        Assert.Equal((0, 1), (push.Group, push.Tokens));

        // by hand: (1/6) sum A_i / |o_i| with A = .625, -.375, .125, -.375, of (1/6) sum |A_i| / |o_i|
        const double Weight = (0.625 / 2 - 0.375 / 4 + 0.125 / 3 - 0.375) / 6, All = (0.625 / 2 + 0.375 / 4 + 0.125 / 3 + 0.375) / 6;
        Assert.Equal(-Weight, push.LargestWeight, 1e-9);
        Assert.Equal(-Weight / All, push.Left, 1e-9);

        // W times the gradient of log softmax at token 0
        var p = Close.Numbers(logits.softmax(0));
        var norm = Math.Sqrt(Math.Pow(1 - p[0], 2) + p[1] * p[1] + p[2] * p[2] + p[3] * p[3]);
        Assert.Equal(-Weight * norm, biased.SharedGradientNorm, 1e-9);
        Assert.True(biased.GradientNorm > 0);

        var fixedLoss = Measure(GroupObjective.Dapo);
        Assert.InRange(fixedLoss.LargestWeight, 0, 1e-12);
        Assert.InRange(fixedLoss.SharedPart, 0, 1e-10);
        Assert.Contains("largest |W|", biased.ToString(), StringComparison.Ordinal);
        Assert.Equal(3, biased.ToString().Split('\n').Length);
    }

    [Theory]
    [InlineData("AdamW", 0, true)]
    [InlineData("AdamW", 0.5, false)]
    [InlineData("SGD", 0, false)]
    public void Only_AdamW_forgets_the_scale_and_a_penalty_remembers_it(string name, double beta, bool forgets)
    {
        using var scope = NewDisposeScope();
        var (logits, logProbs, inputs, _) = Shared();
        Tensor Loss(double phi)
        {
            var now = logProbs();
            var policy = GroupObjective.Dapo.Compute(inputs with { LogProbs = now, Advantages = inputs.Advantages! * phi }, metrics: false).Loss;
            return policy + beta * logits.square().sum();
        }

        var scale = RewardScaleProbe.Measure([logits], p => name == "SGD" ? optim.SGD(p, 0.05) : optim.AdamW(p, lr: 0.01, eps: 1e-12), Loss, [1, 10, 1000]);
        Assert.Equal([1.0, 10, 1000], scale.Rows.Select(r => r.Scale));
        Assert.Equal(0, scale.Rows[0].Difference, 1e-12);
        Assert.True(forgets ? scale.Rows.All(r => r.Difference < 1e-6) : scale.Rows[2].Difference > 0.05, scale.ToString());
        if (name == "SGD")
        {
            Assert.True(scale.Rows[1].Length > 5);
        }

        Assert.Equal(5, scale.ToString().Split('\n').Length);
    }

    [Fact]
    public void Overshoot_is_measured_step_by_step_and_the_momentum_aware_step_has_less()
    {
        using var scope = NewDisposeScope();
        using var policy = new TinyPolicy();
        using var optimizer = optim.AdamW(policy.Parameters, lr: 0.05, beta2: 0.95);
        var plain = OvershootProbe.Measure(optimizer, policy.LogProbs, policy.Loss, policy.Old, policy.Mask);
        using var stepper = new MomentumAwareStep(optimizer);
        var ours = OvershootProbe.Measure(
            optimizer, policy.LogProbs, policy.Loss, policy.Old, policy.Mask, step: before => stepper.Step(policy.LogProbs, policy.Old, policy.Mask, before));
        Assert.Equal(17, plain.Rows.Count);
        Assert.Equal((0.0, 0.0, 0.0), (plain.Rows[0].Statistics.Outside, plain.Rows[0].MeanDepth, plain.Rows[0].Statistics.Kl));
        Assert.True(plain.End.Outside > 0.4 && ours.End.Outside < plain.End.Outside / 4, $"{plain}\n{ours}");
        Assert.True(ours.Rows[^1].LargestDepth < plain.Rows[^1].LargestDepth);
        Assert.All(plain.Rows, r => Assert.InRange(r.MeanDepth, 0, r.LargestDepth + 1e-12));

        // depth of the farthest is that of the largest or the smallest ratio
        var end = plain.Rows[^1];
        Assert.Equal(
            Math.Max(Math.Log(end.Statistics.LargestRatio / 1.2), Math.Log(0.8 / end.Statistics.SmallestRatio)), end.LargestDepth, 1e-5);
        Assert.Equal(19, plain.ToString().Split('\n').Length);
    }

    /// <summary>Training goes on after probes as if there had been none; gradients and their absence are kept too.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Probes_leave_policy_gradients_and_optimiser_as_they_were(bool fails)
    {
        using var scope = NewDisposeScope();
        (float[] Parameters, float[] Gradient) Train(bool probe)
        {
            using var policy = new TinyPolicy();
            using var optimizer = optim.AdamW(policy.Parameters, lr: 0.05);
            for (var step = 0; step < 3; step++)
            {
                if (step != 1)
                {
                    policy.Backward(optimizer);
                    optimizer.step();
                }

                if (step != 2 && probe)
                {
                    Probe(policy, optimizer);
                }
            }

            return (policy.Numbers(), policy.Logits.grad!.reshape(-1).data<float>().ToArray());
        }

        void Probe(TinyPolicy policy, torch.optim.Optimizer optimizer)
        {
            using var tree = PrefixTree.Build(policy.Inputs(policy.Old).TokenIds!, policy.Mask, TinyPolicy.Group);
            var calls = 0;
            Tensor Loss(Tensor logProbs) => fails && ++calls == 2 ? throw new TimeoutException() : policy.Loss(logProbs);
            Action[] probes =
            [
                () => PrefixBiasProbe.Measure(policy.Parameters, policy.LogProbs, Loss, tree),
                () => RewardScaleProbe.Measure(policy.Parameters, p => optim.AdamW(p, lr: 0.1), phi => Loss(policy.LogProbs()) * phi, [2], 3),
                () => OvershootProbe.Measure(optimizer, policy.LogProbs, Loss, policy.Old, policy.Mask, 4),
            ];
            foreach (var probe in probes)
            {
                calls = fails && probe == probes[0] ? 1 : 0;
                if (fails)
                {
                    Assert.Throws<TimeoutException>(probe);
                }
                else
                {
                    probe();
                }
            }
        }

        var (plain, probed) = (Train(probe: false), Train(probe: true));
        Assert.Equal(plain.Parameters, probed.Parameters);
        Assert.Equal(plain.Gradient, probed.Gradient);

        // a gradient that was not there is not there after a probe either
        using var fresh = new TinyPolicy();
        using var freshOptimizer = optim.AdamW(fresh.Parameters);
        Probe(fresh, freshOptimizer);
        Assert.All(fresh.Parameters, p => Assert.Null(p.grad));
    }

    [Fact]
    public void Probes_leave_no_tensors()
    {
        using var scope = NewDisposeScope();
        using var policy = new TinyPolicy();
        using var optimizer = optim.AdamW(policy.Parameters);
        using var tree = PrefixTree.Build(policy.Inputs(policy.Old).TokenIds!, policy.Mask, TinyPolicy.Group);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Action[] probes =
        [
            () => PrefixBiasProbe.Measure(policy.Parameters, policy.LogProbs, policy.Loss, tree),
            () => RewardScaleProbe.Measure(policy.Parameters, p => optim.AdamW(p), phi => policy.Loss(policy.LogProbs()) * phi, [2]),
            () => OvershootProbe.Measure(optimizer, policy.LogProbs, policy.Loss, policy.Old, policy.Mask, 4),
        ];
        foreach (var probe in probes)
        {
            var before = Tensor.TotalCount;
            probe();
            Assert.True(before == Tensor.TotalCount, $"probe {Array.IndexOf(probes, probe)}: {Tensor.TotalCount - before} left");
        }
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        using var scope = NewDisposeScope();
        using var policy = new TinyPolicy();
        using var optimizer = optim.AdamW(policy.Parameters);
        using var tree = PrefixTree.Build(policy.Inputs(policy.Old).TokenIds!, policy.Mask, TinyPolicy.Group);
        Assert.Throws<ArgumentException>("logProbs", () => PrefixBiasProbe.Measure(policy.Parameters, () => policy.LogProbs()[0], policy.Loss, tree));
        Assert.Throws<ArgumentOutOfRangeException>("scales", () => RewardScaleProbe.Measure(policy.Parameters, p => optim.AdamW(p), _ => policy.Loss(policy.LogProbs()), [0]));
        Assert.Throws<ArgumentOutOfRangeException>("updates", () => OvershootProbe.Measure(optimizer, policy.LogProbs, policy.Loss, policy.Old, updates: 0));
    }
}
