using TorchSharp.Modules;

namespace GrpoAnalyzers.Runtime.Tests;

public class MomentumAwareStepTests
{
    private static readonly Dictionary<string, Func<Parameter[], torch.optim.Optimizer>> Optimizers = new()
    {
        ["AdamW"] = p => optim.AdamW(p, lr: 0.05, beta2: 0.95, weight_decay: 0.1),
        ["AdamW amsgrad"] = p => optim.AdamW(p, lr: 0.05, amsgrad: true),
        ["Adam"] = p => optim.Adam(p, lr: 0.05),
        ["Adamax"] = p => optim.Adamax(p, lr: 0.05),
        ["NAdam"] = p => optim.NAdam(p, lr: 0.05),
        ["RAdam"] = p => optim.RAdam(p, lr: 0.05),
        ["SGD"] = p => optim.SGD(p, 0.5),
        ["SGD with momentum"] = p => optim.SGD(p, 0.5, momentum: 0.9),
        ["RMSProp with momentum"] = p => optim.RMSProp(p, lr: 0.05, momentum: 0.9, centered: true),
        ["Adagrad"] = p => optim.Adagrad(p, lr: 0.05),
    };

    public static TheoryData<string, int> OptimizersAndSteps
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var name in Optimizers.Keys)
            {
                data.Add(name, 0);
                data.Add(name, 3);
            }

            return data;
        }
    }

    /// <summary>A policy that took a step and took it back goes on exactly as one that never did.</summary>
    [Theory]
    [MemberData(nameof(OptimizersAndSteps))]
    public void A_step_that_is_rolled_back_was_never_taken(string name, int stepsBefore)
    {
        using var scope = NewDisposeScope();
        float[] Train(bool detour)
        {
            using var policy = new TinyPolicy();
            using var optimizer = Optimizers[name](policy.Parameters);
            using var stepper = new MomentumAwareStep(optimizer) { AllowedShare = 1 };
            for (var step = 0; step < stepsBefore + 3; step++)
            {
                policy.Backward(optimizer);
                if (step == stepsBefore && detour)
                {
                    var start = policy.Numbers();
                    stepper.Step(policy.LogProbs, policy.Old, policy.Mask);
                    Assert.NotEqual(start, policy.Numbers());
                    stepper.Rollback();
                    Assert.Equal(start, policy.Numbers());
                }

                optimizer.step();
            }

            return policy.Numbers();
        }

        Assert.Equal(Train(detour: false), Train(detour: true));
    }

    [Fact]
    public void A_step_that_stays_inside_is_the_optimisers_own()
    {
        using var scope = NewDisposeScope();
        float[] Train(bool wrapped)
        {
            using var policy = new TinyPolicy();
            using var optimizer = optim.AdamW(policy.Parameters, lr: 1e-3);
            using var stepper = new MomentumAwareStep(optimizer);
            for (var step = 0; step < 5; step++)
            {
                var logProbs = policy.Backward(optimizer);
                if (wrapped)
                {
                    var result = stepper.Step(policy.LogProbs, policy.Old, policy.Mask, logProbs);
                    Assert.Equal((1.0, 0.0, 1), (result.Factor, result.Outside, result.ForwardPasses));
                }
                else
                {
                    optimizer.step();
                }
            }

            return policy.Numbers();
        }

        Assert.Equal(Train(wrapped: false), Train(wrapped: true));
    }

    [Theory]
    [InlineData("AdamW")]
    [InlineData("SGD with momentum")]
    [InlineData("SGD")]
    [InlineData("RMSProp with momentum")]
    public void A_step_too_long_is_shortened_and_the_first_moment_with_it(string name)
    {
        using var scope = NewDisposeScope();
        var (plain, ours) = (new TinyPolicy(), new TinyPolicy());
        using var plainOptimizer = Optimizers[name](plain.Parameters);
        using var optimizer = Optimizers[name](ours.Parameters);
        foreach (var controller in plainOptimizer.ParamGroups.Concat(optimizer.ParamGroups))
        {
            controller.LearningRate *= 10;
        }

        var start = plain.Numbers();
        plain.Backward(plainOptimizer);
        plainOptimizer.step();
        var before = ours.Backward(optimizer);
        using var stepper = new MomentumAwareStep(optimizer) { AllowedShare = 0.1, ShortestPart = 1.0 / 1024 };
        var result = stepper.Step(ours.LogProbs, ours.Old, ours.Mask, before);

        Assert.InRange(result.Factor, 1.0 / 1024, 0.99);
        Assert.True(result.OutsideFull > 0.1, $"{result}");
        Assert.Equal(0, result.OutsideBefore);
        Assert.InRange(result.Outside, 0, 0.1);
        using (var guard = new RatioGuard())
        {
            guard.Record(ours.LogProbs(), ours.Old, ours.Mask);
            Assert.Equal(result.Outside, guard.Read()[0].Outside, 1e-6);
        }

        Close.To(
            [.. start.Zip(plain.Numbers(), (from, to) => from + result.Factor * (to - from))], [.. ours.Numbers().Select(n => (double)n)], 1e-5, "parameters");
        for (var i = 0; i < 2; i++)
        {
            var (whole, damped) = (Moment(plainOptimizer, i), Moment(optimizer, i));
            Assert.Equal(name == "SGD", whole is null);
            if (whole is not null)
            {
                Close.To(Close.Numbers(whole * result.Factor), damped!, 1e-6, "first moment");
            }
        }

        if (name == "AdamW")
        {
            var (mine, own) = (State(optimizer, 0), State(plainOptimizer, 0));
            Close.To(Close.Numbers(own.exp_avg_sq), mine.exp_avg_sq, 0, "second moment");
            Assert.Equal(own.step, mine.step);
        }

        static AdamW.State State(torch.optim.Optimizer of, int index) => (AdamW.State)((OptimizerHelper)of).state_dict().State[index];
        static Tensor? Moment(torch.optim.Optimizer of, int index) => ((OptimizerHelper)of).state_dict().State[index] switch
        {
            AdamW.State adam => adam.exp_avg,
            SGD.State sgd => sgd.momentum_buffer,
            RMSProp.State rms => rms.momentum_buffer,
            var other => throw new InvalidOperationException(other.GetType().Name),
        };
    }

    /// <summary>Sixteen updates of AdamW (0.9, 0.95): what the paper's proposition 3 is about.</summary>
    [Fact]
    public void Sixteen_updates_leave_most_tokens_inside_where_AdamW_leaves_most_outside()
    {
        using var scope = NewDisposeScope();
        double Outside(bool wrapped)
        {
            using var policy = new TinyPolicy();
            using var optimizer = optim.AdamW(policy.Parameters, lr: 0.05, beta1: 0.9, beta2: 0.95);
            using var stepper = new MomentumAwareStep(optimizer);
            using var guard = new RatioGuard();
            var moved = 0;
            for (var update = 0; update < 16; update++)
            {
                using var inner = NewDisposeScope();
                var logProbs = policy.Backward(optimizer);
                var start = policy.Numbers();
                if (wrapped)
                {
                    stepper.Step(policy.LogProbs, policy.Old, policy.Mask, logProbs);
                }
                else
                {
                    optimizer.step();
                }

                moved += start.SequenceEqual(policy.Numbers()) ? 0 : 1;
            }

            guard.Record(policy.LogProbs(), policy.Old, policy.Mask);
            Assert.True(moved == 16, $"{moved} of 16 updates moved the policy");
            return guard.Read()[0].Outside;
        }

        var (plain, ours) = (Outside(wrapped: false), Outside(wrapped: true));
        Assert.True(plain > 0.4 && ours < plain / 4, $"{plain} and {ours}");
    }

    [Fact]
    public void Where_no_part_is_short_enough_the_step_is_taken_back_without_its_momentum()
    {
        using var scope = NewDisposeScope();
        using var policy = new TinyPolicy();
        using var optimizer = optim.AdamW(policy.Parameters, lr: 0.05);
        for (var step = 0; step < 3; step++)
        {
            policy.Backward(optimizer);
            optimizer.step();
        }

        // a region as narrow as this is left by the shortest part of a step
        policy.Backward(optimizer);
        var start = policy.Numbers();
        var state = (AdamW.State)((OptimizerHelper)optimizer).state_dict().State[0];
        var second = Close.Numbers(state.exp_avg_sq);
        using var stepper = new MomentumAwareStep(optimizer) { Region = Clip.Symmetric(1e-9), AllowedShare = 0, MaxShare = 0 };
        using (no_grad())
        {
            policy.Old.copy_(policy.LogProbs());
        }

        var result = stepper.Step(policy.LogProbs, policy.Old, policy.Mask);
        Assert.Equal((0.0, 0.0), (result.Factor, result.Outside));
        Assert.Equal(start, policy.Numbers());
        Close.To(second, state.exp_avg_sq, 0, "second moment");
        Assert.Equal(3, state.step);
        Assert.Equal(0, state.exp_avg.abs().sum().ToDouble());
    }

    [Fact]
    public void Parameters_that_are_no_numbers_are_never_kept()
    {
        using var scope = NewDisposeScope();
        using var policy = new TinyPolicy();
        using var optimizer = optim.AdamW(policy.Parameters, lr: 0.05);
        policy.Backward(optimizer);
        policy.Logits.grad!.fill_(double.NaN);
        var start = policy.Numbers();
        using var stepper = new MomentumAwareStep(optimizer);
        Assert.Equal(0, stepper.Step(policy.LogProbs, policy.Old, policy.Mask).Factor);
        Assert.Equal(start, policy.Numbers());
        policy.Backward(optimizer);
        Assert.Equal(1, stepper.Step(policy.LogProbs, policy.Old, policy.Mask).Factor * (policy.Numbers().All(float.IsFinite) ? 1 : 0));
    }

    [Fact]
    public void A_forward_pass_that_fails_leaves_the_policy_where_it_was()
    {
        using var scope = NewDisposeScope();
        using var policy = new TinyPolicy();
        using var optimizer = optim.AdamW(policy.Parameters, lr: 0.05);
        var before = policy.Backward(optimizer);
        var start = policy.Numbers();
        using var stepper = new MomentumAwareStep(optimizer);
        Assert.Throws<TimeoutException>(() => stepper.Step(() => throw new TimeoutException(), policy.Old, policy.Mask, before));
        Assert.Equal(start, policy.Numbers());
        Assert.Equal(0, ((AdamW.State)((OptimizerHelper)optimizer).state_dict().State[0]).step);
    }

    /// <summary>U updates on the same tokens cost U + 1 forward passes when each pass that looks at a step is the next update's own.</summary>
    [Fact]
    public void The_pass_after_a_step_can_be_the_next_updates()
    {
        using var scope = NewDisposeScope();
        (float[] Numbers, int Passes) Train(bool keep)
        {
            using var policy = new TinyPolicy();
            using var optimizer = optim.AdamW(policy.Parameters, lr: 0.01);
            using var stepper = new MomentumAwareStep(optimizer) { KeepGraph = keep };
            var first = policy.Passes;
            var logProbs = policy.LogProbs();
            for (var update = 0; update < 4; update++)
            {
                optimizer.zero_grad();
                policy.Loss(logProbs).backward();
                var result = stepper.Step(policy.LogProbs, policy.Old, policy.Mask, logProbs);
                Assert.Equal((1.0, keep), (result.Factor, result.LogProbs.requires_grad));
                logProbs = keep ? result.LogProbs : policy.LogProbs();
            }

            return (policy.Numbers(), policy.Passes - first);
        }

        var (again, reused) = (Train(keep: false), Train(keep: true));
        Assert.Equal(again.Numbers, reused.Numbers);
        Assert.Equal((9, 5), (again.Passes, reused.Passes));
    }

    [Theory]
    [InlineData(0.005)]
    [InlineData(0.5)]
    public void Steps_leave_no_tensors(double rate)
    {
        using var scope = NewDisposeScope();
        using var policy = new TinyPolicy();
        using var optimizer = optim.AdamW(policy.Parameters, lr: rate);
        var loss = policy.Backward(optimizer);
        loss.Dispose();
        var grads = policy.Parameters.Select(p => p.grad).ToArray();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = TensorCount.Settled();
        using (var stepper = new MomentumAwareStep(optimizer))
        {
            stepper.Step(policy.LogProbs, policy.Old, policy.Mask).Dispose();
            var kept = Tensor.TotalCount;
            for (var step = 0; step < 3; step++)
            {
                stepper.Step(policy.LogProbs, policy.Old, policy.Mask).Dispose();
                Assert.Equal(kept, Tensor.TotalCount);
            }
        }

        Assert.Equal(before, Tensor.TotalCount);
        GC.KeepAlive(grads);
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        using var scope = NewDisposeScope();
        using var policy = new TinyPolicy();
        using var optimizer = optim.AdamW(policy.Parameters);
        using var stepper = new MomentumAwareStep(optimizer);
        Assert.Throws<ArgumentNullException>("optimizer", () => new MomentumAwareStep(null!));
        Assert.Throws<ArgumentNullException>("logProbs", () => stepper.Step(null!, policy.Old));
        Assert.Throws<ArgumentException>("before", () => stepper.Step(policy.LogProbs, policy.Old, policy.Mask, policy.Old[0]));
        Assert.Throws<ArgumentException>("mask", () => stepper.Step(policy.LogProbs, policy.Old, policy.Mask[0]));
        Assert.Throws<ArgumentOutOfRangeException>("AllowedShare", () => new MomentumAwareStep(optimizer) { AllowedShare = 2 });
        Assert.Throws<ArgumentOutOfRangeException>("ShortestPart", () => new MomentumAwareStep(optimizer) { ShortestPart = 0 });
        Assert.Throws<InvalidOperationException>(stepper.Rollback);
    }
}
