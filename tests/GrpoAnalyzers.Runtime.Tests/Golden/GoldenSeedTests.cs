using static GrpoAnalyzers.Runtime.Tests.GoldenSeeds;

namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>The entries of golden-seeds.json that a library function computes.</summary>
public class GoldenSeedTests
{
    [Fact]
    public void Rubric_rewards()
    {
        using var scope = NewDisposeScope();
        var judge = Golden("rubric_arm", "judge_reward");
        var reward = RubricRewards.Judge(Flags(judge.GetProperty("acc")), Flags(judge.GetProperty("fmt")), judge.GetProperty("fmt_weight").GetDouble());
        Same("rubric_arm/judge_reward/reward", judge.GetProperty("reward").Numbers(), reward);
        Same("rubric_arm/judge_reward/grpo_adv_ddof1_eps0", judge.GetProperty("grpo_adv_ddof1_eps0").Numbers(), new GroupStandardisedAdvantage { Epsilon = 0 }.Estimate(reward, 4));
        var rubric = Golden("rubric_arm", "rubric_reward");
        Same("rubric_arm/rubric_reward/reward", rubric.GetProperty("reward").Numbers(), RubricRewards.Generator(Row(rubric.GetProperty("pred")).eq(1)));
        var pair = Golden("rubric_arm", "pairwise_both_orders");
        var (first, second) = (Flags(pair.GetProperty("prefers_sample_as_first")), Flags(pair.GetProperty("prefers_sample_as_second")));
        Same("rubric_arm/pairwise_both_orders/reward", pair.GetProperty("reward").Numbers(), RubricRewards.AgainstBaseline(first, second));
        Close.To([1, 0, 0, 0], RubricRewards.AgainstBaseline(first, second, both: true), 0, "both");
        var schedule = new AlternationSchedule(2, 1);
        Assert.Equal(
            [RubricParty.Judge, RubricParty.Judge, RubricParty.Generator, RubricParty.Judge], Enumerable.Range(0, 4).Select(s => schedule.At(s)));
        Assert.Equal(RubricParty.Generator, new AlternationSchedule(2, 1, judgeFirst: false).At(0));
    }

    [Theory]
    [InlineData("hard")]
    [InlineData("easy")]
    public void History_aware_weights(string group)
    {
        using var scope = NewDisposeScope();
        var golden = Golden("ha_dw", group);
        var rewards = Row(golden.GetProperty("r"));
        var centred = AdvantageEstimator.Centred.Estimate(rewards, 8);
        var weights = new HistoryAwareWeights { Scale = Golden("ha_dw", "lambda_scale").GetDouble() }
            .Of(rewards, centred, 8, Golden("ha_dw", "C").GetDouble());
        Same($"ha_dw/{group}/p_hat", golden.GetProperty("p_hat").GetDouble(), (rewards - centred).mean().ToDouble());
        Same($"ha_dw/{group}/phi", golden.GetProperty("phi").Numbers(), weights);
        Same($"ha_dw/{group}/adv_centered", golden.GetProperty("adv_centered").Numbers(), centred);
        Same($"ha_dw/{group}/adv_centered_times_phi", golden.GetProperty("adv_centered_times_phi").Numbers(), centred * weights);
        var standardised = new GroupStandardisedAdvantage { Epsilon = 0 }.Estimate(rewards, 8);
        Same($"ha_dw/{group}/adv_grpo_times_phi_ddof1_eps0", golden.GetProperty("adv_grpo_times_phi_ddof1_eps0").Numbers(), standardised * weights);
    }

    [Fact]
    public void Anchors()
    {
        var seeded = Golden("ha_dw", "anchor_seeded_window");
        var anchor = DifficultyAnchor.Restore(seeded.GetProperty("eta").GetDouble(), seeded.GetProperty("m").GetInt32(), seeded.GetProperty("history").Numbers());
        Same("ha_dw/anchor_seeded_window/C_prior", seeded.GetProperty("C_prior").GetDouble(), anchor.Prior);
        anchor.Update(seeded.GetProperty("y").GetDouble());
        Same("ha_dw/anchor_seeded_window/C_post", seeded.GetProperty("C_post").GetDouble(), anchor.Prior);

        var restored = DifficultyAnchor.Restore(anchor.Eta, anchor.Window, [.. anchor.Beliefs]);
        restored.Update(0.2);
        anchor.Update(0.2);
        Assert.Equal(anchor.Prior, restored.Prior);

        var frozen = DifficultyAnchor.Restore(5, 5, [0.5]);
        foreach (var step in Golden("ha_dw", "anchor_constant_window_never_moves").EnumerateArray())
        {
            frozen.Update(step.GetProperty("y").GetDouble());
            Same("ha_dw/anchor_constant_window_never_moves", step.GetProperty("C_post").GetDouble(), frozen.Prior);
        }

        var ours = new DifficultyAnchor(5, 5, 0.5);
        ours.Update(0.2);
        Assert.Equal(0.35, ours.Prior, 12);
        var hard = Golden("ha_dw", "hard_update");
        var mean = new MovingAverageAnchor(hard.GetProperty("h").GetInt32(), hard.GetProperty("y_prev").Numbers());
        mean.Update(hard.GetProperty("y").GetDouble());
        Same("ha_dw/hard_update/C_post", hard.GetProperty("C_post").GetDouble(), mean.Prior);
    }

    [Fact]
    public void Decoupled_advantages()
    {
        using var scope = NewDisposeScope();
        var rewards = Matrix(Golden("gdpo", "rewards_2groups_of_4"));
        foreach (var entry in Golden("gdpo", "cases").EnumerateObject())
        {
            var (weights, eps) = (entry.Value.GetProperty("weights").Numbers(), entry.Value.GetProperty("eps").GetDouble());
            var gdpo = new DecoupledAdvantage { Epsilon = eps };
            Same($"gdpo/cases/{entry.Name}/pre_batch", entry.Value.GetProperty("pre_batch").Numbers(), (gdpo with { BatchNormalise = false }).Estimate(rewards, 4, weights));
            Same($"gdpo/cases/{entry.Name}/final", entry.Value.GetProperty("final").Numbers(), gdpo.Estimate(rewards, 4, weights));
            var sum = (rewards * tensor(weights)).sum(1);
            Same(
                $"gdpo/cases/{entry.Name}/sum_then_normalize",
                entry.Value.GetProperty("sum_then_normalize").Numbers(),
                new GroupStandardisedAdvantage { Epsilon = eps }.Estimate(sum, 4));
        }

        var sensitive = Golden("gdpo", "scale_sensitivity");
        var scaled = Matrix(sensitive.GetProperty("rewards"));
        Same("gdpo/scale_sensitivity/grpo", sensitive.GetProperty("grpo").Numbers(), AdvantageEstimator.GroupStandardised.Estimate(scaled.sum(1), 4));
        Same(
            "gdpo/scale_sensitivity/grpo_unscaled",
            sensitive.GetProperty("grpo_unscaled").Numbers(),
            AdvantageEstimator.GroupStandardised.Estimate((scaled * tensor(new[] { 1, 0.01 })).sum(1), 4));

        // what summing first does not survive: one reward on another scale
        var fine = new DecoupledAdvantage { Epsilon = 1e-13 };
        Close.To(Close.Numbers(fine.Estimate(rewards, 4)), fine.Estimate(rewards * tensor(new[] { 1.0, 100 }), 4), 1e-8, "invariance");
        var demo = Golden("gdpo", "collapse_demo");
        foreach (var which in new[] { "a", "b" })
        {
            var group = Matrix(demo.GetProperty("group_" + which));
            Same($"gdpo/collapse_demo/grpo_{which}", demo.GetProperty("grpo_" + which).Numbers(), new GroupStandardisedAdvantage { Epsilon = 0 }.Estimate(group.sum(1), 2));
            Same($"gdpo/collapse_demo/gdpo_{which}", demo.GetProperty("gdpo_" + which).Numbers(), new DecoupledAdvantage { Epsilon = 0, BatchNormalise = false }.Estimate(group, 2));
        }
    }

    [Fact]
    public void Gaussian_kl_and_latent_plan_bound()
    {
        using var scope = NewDisposeScope();
        var golden = Golden("gac_inferred");
        var kl = golden.GetProperty("gaussian_kl_example");
        Same(
            "gac_inferred/gaussian_kl_example/kl",
            [kl.GetProperty("kl").GetDouble()],
            GaussianKl.Of(Row(kl.GetProperty("mu")).unsqueeze(0), Row(kl.GetProperty("logvar")).unsqueeze(0)));

        // E_q over z of (y - w z)^2 is that at the mean plus w^2 var: the constant part stands in for the actions here.
        var (w, s2, y) = (golden.GetProperty("w").GetDouble(), golden.GetProperty("s2").GetDouble(), golden.GetProperty("y").GetDouble());
        foreach (var (entry, mu, variance) in new[]
        {
            ("elbo_at_posterior", golden.GetProperty("post_mean").GetDouble(), golden.GetProperty("post_var").GetDouble()), ("elbo_at_mu1_logvar0", 1.0, 1.0),
        })
        {
            var result = new LatentPlanElbo(s2).Compute(
                tensor([w * w * variance / (2 * s2)]), tensor([w * mu]), tensor([y]), tensor([mu]).unsqueeze(0), tensor([Math.Log(variance)]).unsqueeze(0));
            Same("gac_inferred/" + entry, -golden.GetProperty(entry)[0].GetDouble(), result.Loss.ToDouble());
        }
    }

    [Fact]
    public void Gradient_weighted_baseline_and_snr_rate()
    {
        using var scope = NewDisposeScope();
        var sample = Golden("oblr_po_inferred_lr", "sample_baseline");
        var (w, r) = (Row(sample.GetProperty("w")), Row(sample.GetProperty("r")));
        Same("oblr_po_inferred_lr/sample_baseline/loo", sample.GetProperty("loo").Numbers(), new GradientWeightedAdvantage().Baseline(r, w, 4));
        var b = sample.GetProperty("b").GetDouble();
        Same("oblr_po_inferred_lr/sample_baseline/b", [b, b, b, b], new GradientWeightedAdvantage { LeaveOneOut = false }.Baseline(r, w, 4));
        var lr = Golden("oblr_po_inferred_lr", "lr");
        var rate = new SnrLearningRate(1 / lr.GetProperty("L").GetDouble());
        Same("oblr_po_inferred_lr/lr/eta", lr.GetProperty("eta").GetDouble(), rate.Of(lr.GetProperty("grad_sq").GetDouble(), lr.GetProperty("var").GetDouble()));

        // by hand: gradients (1, 0) and (3, 2): mean (2, 1), squared deviations 2 + 2, V = 4 / (2 x 1) = 2, |mean|^2 - V = 3
        var (norm, variance) = SnrLearningRate.Measure(tensor(new double[] { 1, 0, 3, 2 }).reshape(2, 2));
        Assert.Equal((3.0, 2.0), (norm, variance));
    }

    [Fact]
    public void Mask_diffusion()
    {
        using var scope = NewDisposeScope();
        foreach (var (entry, ratio) in new[] { ("fade_L5_ratio0p6", 0.6), ("fade_L5_ratio0p3_clamped", 0.3) })
        {
            Same($"maskgrpo/{entry}/mask", Golden("maskgrpo", entry, "mask").Numbers(), tensor(FadingRemask.Probabilities(5, ratio)));
        }

        Same("maskgrpo/fade_L5_ratio0p3_clamped/mean_mask", Golden("maskgrpo", "fade_L5_ratio0p3_clamped", "mean_mask").GetDouble(), FadingRemask.Probabilities(5, 0.3).Average());
        Same("maskgrpo/schedule_gamma0p6_mu12", Golden("maskgrpo", "schedule_gamma0p6_mu12").Numbers(), tensor(FadingRemask.Schedule(0.6, 12)));
        var form = Golden("maskgrpo", "sequence_form");
        var inputs = new LossInputs
        {
            LogProbs = Row(form.GetProperty("lp_new")).unsqueeze(0).requires_grad_(),
            OldLogProbs = Row(form.GetProperty("lp_old")).unsqueeze(0),
            ReferenceLogProbs = Row(form.GetProperty("lp_ref")).unsqueeze(0),
            Mask = Flags(form.GetProperty("mask")).unsqueeze(0),
            Advantages = tensor(new[] { 0.8 }),
        };
        var sequence = new MaskGrpoLoss { Level = MaskGrpoLevel.Sequence, MaskedShare = tensor(new[] { form.GetProperty("t").GetDouble() }), CompletionLengths = tensor(new[] { 4.0 }) }
            .Compute(inputs with { Advantages = tensor(new[] { 1.0 }) });

        // the golden objective multiplies the KL by the advantage, as printed: compare at advantage 1, where both are the same but for the factor
        Same("maskgrpo/sequence_form/objective_A0p8_beta0p04_len4", -form.GetProperty("objective_A0p8_beta0p04_len4").GetDouble() / 0.8, sequence.Loss.ToDouble());
        Same("maskgrpo/sequence_form/rho", [form.GetProperty("rho").GetDouble()], sequence.Metrics.RatioMax!.reshape(1));

        var released = Golden("maskgrpo", "released_token_form");
        var token = new MaskGrpoLoss().Compute(inputs with { Mask = ones([1, 4], ScalarType.Bool) });
        token.Loss.backward();
        Same("maskgrpo/released_token_form/loss", released.GetProperty("loss").GetDouble(), token.Loss.ToDouble());
        Same("maskgrpo/released_token_form/grad", released.GetProperty("grad").Numbers(), inputs.LogProbs.grad!);
        Assert.Equal([0.7], FadingRemask.Probabilities(1, 0.7));
    }

    [Fact]
    public void Disco()
    {
        using var scope = NewDisposeScope();
        var golden = Golden("disco");
        LossInputs Inputs(double[] scores, double shift) => new()
        {
            LogProbs = tensor(scores).unsqueeze(1).requires_grad_(),
            OldLogProbs = (tensor(scores) + shift).unsqueeze(1),
            Mask = ones([scores.Length, 1], ScalarType.Bool),
            Rewards = Row(golden.GetProperty("rewards")),
            Groups = 5,
        };
        var scores = golden.GetProperty("scores").Numbers();
        foreach (var (entry, tau) in new[] { ("disco_b", double.PositiveInfinity), ("disco_tau1", 1.0), ("disco_tau10", 10.0) })
        {
            Same("disco/" + entry, -golden.GetProperty(entry).GetDouble(), new DiscoLoss { Temperature = tau, Beta = 0 }.Compute(Inputs(scores, 0)).Loss.ToDouble());
        }

        var inputs = Inputs(scores, 0);
        new DiscoLoss { Temperature = 1, Beta = 0 }.Compute(inputs).Loss.backward();
        Same("disco/grad_tau1", [.. golden.GetProperty("grad_tau1").Numbers().Select(g => -g)], inputs.LogProbs.grad!);

        Same("disco/neg_weights_tau1", golden.GetProperty("neg_weights_tau1").Numbers(), inputs.LogProbs.grad!.squeeze(1).masked_select(inputs.Rewards!.eq(0)));

        var penalty = golden.GetProperty("penalty");
        var plain = new DiscoLoss { Temperature = 1, Beta = penalty.GetProperty("beta").GetDouble(), Delta = penalty.GetProperty("delta").GetDouble() };
        var drifted = Inputs(scores, penalty.GetProperty("kl").GetDouble());
        var result = plain.Compute(drifted);
        result.Loss.backward();
        Close.To(penalty.GetProperty("value_paper").GetDouble() / 2, result.Metrics.RegulariserLoss!, 1e-9, "half the paper's value");
        var slope = Close.Numbers(drifted.LogProbs.grad!).Sum() - Close.Numbers(inputs.LogProbs.grad!).Sum();
        Same("disco/penalty/dpen_dkl_code", penalty.GetProperty("dpen_dkl_code").GetDouble(), -slope);
        Same("disco/penalty/below_threshold", penalty.GetProperty("below_threshold").GetDouble(), plain.Compute(Inputs(scores, 5e-5)).Metrics.RegulariserLoss!.ToDouble());
    }

    [Theory]
    [InlineData("0.05", 20, 1)]
    [InlineData("0.125", 8, 1)]
    [InlineData("0.5", 8, 4)]
    [InlineData("0.875", 8, 7)]
    public void A_question_weighs_by_its_difficulty_in_all_but_disco(string share, int size, int correct)
    {
        // the weight of a question is how far its loss pushes the mean score of its correct answers
        using var scope = NewDisposeScope();
        var golden = Golden("disco", "question_weight", share);
        var rewards = tensor(Enumerable.Range(0, size).Select(i => i < correct ? 1.0 : 0).ToArray());
        double Push(Tensor advantages) => (advantages * rewards).sum().ToDouble() / size;
        var path = $"disco/question_weight/{share}/";
        var spread = new GroupStandardisedAdvantage { Epsilon = 0, Ddof = 0 };
        Same(path + "grpo", golden.GetProperty("grpo").GetDouble(), Push(spread.Estimate(rewards, size)));
        Same(path + "dr_grpo", golden.GetProperty("dr_grpo").GetDouble(), Push(AdvantageEstimator.Centred.Estimate(rewards, size)));
        var inputs = new LossInputs
        {
            LogProbs = (rewards - 2).unsqueeze(1).requires_grad_(),
            OldLogProbs = (rewards - 2).unsqueeze(1),
            Mask = ones([size, 1], ScalarType.Bool),
            Rewards = rewards,
            Groups = size,
        };
        new DiscoLoss { Temperature = 1, Beta = 0 }.Compute(inputs).Loss.backward();
        Same(path + "disco", golden.GetProperty("disco").GetDouble(), -(inputs.LogProbs.grad!.squeeze(1) * rewards).sum().ToDouble());
    }

    [Fact]
    public void Stepwise_guided_rewards()
    {
        using var scope = NewDisposeScope();
        var golden = Golden("sgpo");
        var rts = Row(golden.GetProperty("rts"));
        var wrong = zeros([4], ScalarType.Bool);
        var rewards = new StepwiseGuidedReward().Of(wrong, rts, 4);
        var literal = new StepwiseGuidedReward { Beta = 0.5, Gamma = 10 }.Of(wrong, rts, 4);
        Same("sgpo/reward_beta10_gamma0p5", golden.GetProperty("reward_beta10_gamma0p5").Numbers(), rewards);
        Same("sgpo/reward_beta0p5_gamma10_literal_order", golden.GetProperty("reward_beta0p5_gamma10_literal_order").Numbers(), literal);
        var exact = new GroupStandardisedAdvantage { Epsilon = 0 };
        Same("sgpo/adv_beta10", golden.GetProperty("adv_beta10").Numbers(), exact.Estimate(rewards, 4));
        Same("sgpo/adv_literal", golden.GetProperty("adv_literal").Numbers(), exact.Estimate(literal, 4));
        Same("sgpo/adv_literal_eps1e_4", golden.GetProperty("adv_literal_eps1e_4").Numbers(), AdvantageEstimator.GroupStandardised.Estimate(literal, 4));
        Same("sgpo/adv_literal_no_std", golden.GetProperty("adv_literal_no_std").Numbers(), AdvantageEstimator.Centred.Estimate(literal, 4));
        var mixed = golden.GetProperty("mixed_group");
        var correct = Flags(mixed.GetProperty("correct"));
        Same("sgpo/mixed_group/reward_if_gated_to_all_negative", mixed.GetProperty("reward_if_gated_to_all_negative").Numbers(), new StepwiseGuidedReward().Of(correct, rts, 4));
        Same("sgpo/mixed_group/reward_ungated", mixed.GetProperty("reward_ungated").Numbers(), new StepwiseGuidedReward { AllNegativeGroupsOnly = false }.Of(correct, rts, 4));
        foreach (var step in golden.GetProperty("rts_from_steps").EnumerateArray())
        {
            var score = StepwiseGuidedReward.TrajectoryScore(step.GetProperty("first_error_step_1based").GetInt32(), step.GetProperty("steps").GetInt32());
            Same("sgpo/rts_from_steps", step.GetProperty("rts").GetDouble(), score);
        }
    }

    [Fact]
    public void Feature_drift()
    {
        using var scope = NewDisposeScope();
        var golden = Golden("owmmd_inferred");
        (Tensor, Tensor)[] layers = [.. new[] { "layer1", "layer2" }.Select(l => (Matrix(golden.At(l, "old")), Matrix(golden.At(l, "new"))))];
        for (var i = 0; i < 2; i++)
        {
            Same("owmmd_inferred/mmd2_biased", golden.GetProperty("mmd2_biased")[i].GetDouble(), FeatureDrift.Mmd2(layers[i].Item1, layers[i].Item2, 1, unbiased: false).ToDouble());
            Same("owmmd_inferred/mmd2_unbiased", golden.GetProperty("mmd2_unbiased")[i].GetDouble(), FeatureDrift.Mmd2(layers[i].Item1, layers[i].Item2, 1).ToDouble());
        }

        var logits = Row(golden.GetProperty("weight_logits")).requires_grad_();
        var drift = FeatureDrift.Weighted(layers, logits.softmax(0), 1, unbiased: false);
        drift.backward();
        Same("owmmd_inferred/weighted_sum", golden.GetProperty("weighted_sum").GetDouble(), drift.ToDouble());
        Same("owmmd_inferred/grad_logits", golden.GetProperty("grad_logits").Numbers(), logits.grad!);
    }
}
