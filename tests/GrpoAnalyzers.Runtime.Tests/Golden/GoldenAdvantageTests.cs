namespace GrpoAnalyzers.Runtime.Tests;

public class GoldenAdvantageTests
{
    private static readonly AdvantageEstimator Exact = new GroupStandardisedAdvantage { Epsilon = 0 };

    private static readonly Dictionary<string, AdvantageEstimator> Estimators = new()
    {
        ["center"] = AdvantageEstimator.Centred,
        ["group_std_ddof1_eps1e-4"] = AdvantageEstimator.GroupStandardised,
        ["group_std_ddof1_eps1e-6"] = new GroupStandardisedAdvantage { Epsilon = 1e-6 },
        ["group_std_ddof0_eps0"] = new GroupStandardisedAdvantage { Epsilon = 0, Ddof = 0 },
        ["group_std_ddof1_eps0"] = Exact,
        ["rloo"] = AdvantageEstimator.LeaveOneOut,
        ["opo"] = AdvantageEstimator.LengthWeighted,
        ["passk"] = new BestOfGroupAdvantage(),
        ["reinforce_pp"] = new TokenWhitenedAdvantage(),
        ["reinforce_pp_baseline"] = new TokenWhitenedAdvantage { GroupBaseline = true },
        ["gpg_verl"] = new GpgAdvantage { Alpha = GpgAlpha.NonzeroRewards },
    };

    public static TheoryData<string> Names => [.. Estimators.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Advantages_are_the_golden_ones(string name)
    {
        using var scope = NewDisposeScope();
        foreach (var (type, tolerance) in new[] { (ScalarType.Float64, 1e-6), (ScalarType.Float32, 1e-4) })
        {
            var rewards = tensor(Fixture.Golden.GetProperty("rewards").Numbers(), dtype: type);
            var lengths = tensor(Fixture.Golden.GetProperty("lengths").Numbers(), dtype: type);
            Close.To(GoldenFile.Grpo.At("advantages", name).Numbers(), Estimators[name].Estimate(rewards, 4, lengths), tolerance, $"{name} {type}");
        }

        GoldenReport.Reproduced("grpo/advantages/" + name);
    }

    [Fact]
    public void Mean_and_deviation_of_a_group_are_the_golden_ones()
    {
        using var scope = NewDisposeScope();
        var golden = GoldenFile.Grpo.GetProperty("reward_stats");
        var rewards = RewardGroups.From(tensor(Fixture.Golden.GetProperty("rewards").Numbers()), 4, null, AdvantageEstimator.Centred);
        double[] Everyone(string name) => [.. Enumerable.Repeat(golden.GetProperty(name).GetDouble(), 4)];
        Close.To(Everyone("mean"), rewards.Rewards - rewards.Centred, 1e-6, "mean");
        Close.To(Everyone("std_ddof1"), rewards.Deviation(1), 1e-6, "std_ddof1");
        Close.To(Everyone("std_ddof0"), rewards.Deviation(0), 1e-6, "std_ddof0");
        GoldenReport.Reproduced("grpo/reward_stats");
    }

    [Fact]
    public void Decoupled_advantages_are_the_golden_ones()
    {
        using var scope = NewDisposeScope();
        var rewards = stack([tensor(Fixture.Golden.GetProperty("rewards").Numbers()), tensor(Fixture.Golden.GetProperty("rewards_2").Numbers())], 1);
        Close.To(GoldenFile.Grpo.At("advantages", "gdpo").Numbers(), new DecoupledAdvantage().Estimate(rewards, 4), 1e-6, "gdpo");
        GoldenReport.Reproduced("grpo/advantages/gdpo");
    }

    [Theory]
    [InlineData(Layout.Padded)]
    [InlineData(Layout.PaddedWide)]
    [InlineData(Layout.Packed)]
    public void The_kl_in_the_reward_and_the_baseline_of_every_token_are_the_golden_ones(Layout layout)
    {
        using var scope = NewDisposeScope();
        var (fixture, inputs) = Fixture.GoldenInputs(layout, ScalarType.Float64, null);
        var rewards = fixture.Rows(Fixture.Golden.GetProperty("rewards").Numbers());
        var penalised = AdvantageEstimator.LeaveOneOut.Estimate(KlInReward.Apply(rewards, inputs, 0.05), 4);
        Close.To(GoldenFile.Grpo.At("advantages", "rloo_trl_kl").Numbers(), penalised, 1e-6, "rloo_trl_kl");

        var squares = fixture.Tokens(Fixture.Golden.GetProperty("sum_pi_squared").Rows());
        var advantages = OptimalTokenBaseline.Estimate(inputs with { Rewards = rewards }, squares);
        Close.To(GoldenFile.Grpo.At("advantages", "optimal_token_baseline_zero_tail").Rows(), fixture.Ragged(advantages), 1e-6, "otb");
        GoldenReport.Reproduced("grpo/advantages/rloo_trl_kl");
        GoldenReport.Reproduced("grpo/advantages/optimal_token_baseline_zero_tail");
    }

    [Theory]
    [InlineData(Layout.Padded)]
    [InlineData(Layout.Packed)]
    public void Ratios_conflicts_and_metrics_are_the_golden_ones(Layout layout)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenFile.Grpo;
        var (fixture, inputs) = Fixture.GoldenInputs(layout, ScalarType.Float64, golden.At("advantages", "center").Numbers());
        var batch = TokenBatch.From(inputs);
        double[][] Of(Ratio ratio) => fixture.Ragged(ratio.Of(batch) + zeros_like(batch.LogProbs));
        Close.To(golden.At("ratios", "token").Rows(), Of(Ratio.Token), 1e-6, "token");
        Close.To(golden.At("ratios", "sequence_geometric_mean").Numbers(), [.. Of(Ratio.SequenceGeometricMean).Select(r => r[^1])], 1e-6, "mean");
        Close.To(golden.At("ratios", "sequence_product").Numbers(), [.. Of(Ratio.SequenceProduct).Select(r => r[0])], 1e-6, "product");

        var lambda = golden.At("gtpo", "lambda").Rows();
        Close.To(lambda, fixture.Ragged(new ConflictWeight().Of(batch)), 1e-12, "lambda");
        var counts = golden.At("gtpo", "n_conflict").Numbers();
        var divided = lambda.Select((row, i) => row.Select(v => v / counts[i]).ToArray()).ToArray();
        Close.To(divided, fixture.Ragged(new ConflictWeight { DivideByConflicts = true }.Of(batch)), 1e-12, "n_conflict");

        var metrics = (GroupObjective.GrpoR1 with { Surrogate = new ClippedSurrogate(Ratio.Token, Clip.Symmetric(0.2)) }).Compute(inputs).Metrics;
        var wanted = golden.GetProperty("metrics_eps_0.2_0.2");
        foreach (var (name, value) in new (string, Tensor?)[]
        {
            ("clip_ratio_low", metrics.ClipFractionLow), ("clip_ratio_high", metrics.ClipFractionHigh), ("clip_ratio_region", metrics.ClipFraction),
            ("outside_band_unconditional", metrics.OutsideRegion), ("ratio_mean", metrics.RatioMean), ("ratio_min", metrics.RatioMin),
            ("ratio_max", metrics.RatioMax),
        })
        {
            Close.To(wanted.GetProperty(name).GetDouble(), value!, 1e-6, name);
            GoldenReport.Reproduced("grpo/metrics_eps_0.2_0.2/" + name);
        }

        foreach (var entry in new[] { "ratios/token", "ratios/sequence_geometric_mean", "ratios/sequence_product", "gtpo/lambda", "gtpo/n_conflict" })
        {
            GoldenReport.Reproduced("grpo/" + entry);
        }
    }

    [Fact]
    public void Gpg_makes_up_for_a_dead_group()
    {
        using var scope = NewDisposeScope();
        var golden = GoldenFile.Grpo.GetProperty("gpg_two_groups");
        var rewards = tensor(Fixture.Golden.GetProperty("rewards").Numbers().Concat(golden.GetProperty("rewards_group_2").Numbers()).ToArray());
        var ids = tensor(new long[] { 0, 0, 0, 0, 1, 1 });
        var advantages = new GpgAdvantage().Estimate(rewards, Groups.ById(ids));
        double[][] rows = [.. Fixture.Golden.GetProperty("new_logps").Rows(), [-1, -2], [-3]];
        var fixture = new Fixture(rows, Layout.Padded);
        var logProbs = fixture.Tokens(rows).requires_grad_();
        var result = GroupObjective.Gpg.Compute(new LossInputs { LogProbs = logProbs, Mask = fixture.Mask(), Advantages = advantages });
        result.Loss.backward();
        Close.To(golden.GetProperty("loss").GetDouble(), result.Loss, 1e-6, "loss");
        Close.To(golden.GetProperty("grad_group_1").Rows(), fixture.Ragged(logProbs.grad!)[..4], 1e-6, "gradient");
        GoldenReport.Reproduced("grpo/gpg_two_groups/loss");
        GoldenReport.Reproduced("grpo/gpg_two_groups/grad_group_1");
        Close.To([.. Close.Numbers(AdvantageEstimator.Centred.Estimate(rewards, Groups.ById(ids))).Select(a => a * golden.GetProperty("alpha").GetDouble())], advantages, 1e-6, "alpha");
        GoldenReport.Reproduced("grpo/gpg_two_groups/alpha");
    }

    /// <summary>The other entries of this section are what goes wrong.</summary>
    [Theory]
    [InlineData("grpo_correct", nameof(GroupObjective.GrpoR1))]
    [InlineData("dapo_global_correct", nameof(GroupObjective.Dapo))]
    [InlineData("bnpo_microbatch_mean", nameof(GroupObjective.Bnpo))]
    public void Micro_batches_add_up_to_the_golden_window(string entry, string preset)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenFile.Grpo.At("gradient_accumulation", entry);
        var objective = (GroupObjective)typeof(GroupObjective).GetProperty(preset)!.GetValue(null)! with
        {
            Regulariser = Regulariser.None,
            Surrogate = new ClippedSurrogate(Ratio.Token, Clip.Symmetric(0.2)),
        };
        var all = Fixture.Golden.GetProperty("new_logps").Rows();
        var old = Fixture.Golden.GetProperty("old_logps").Rows();
        var advantages = GoldenFile.Grpo.At("advantages", "group_std_ddof1_eps1e-4").Numbers();
        var parts = new[] { 0..2, 2..4 }.Select(range =>
        {
            var fixture = new Fixture(all[range], Layout.Padded);
            return (fixture, inputs: new LossInputs
            {
                LogProbs = fixture.Tokens(all[range]).requires_grad_(),
                OldLogProbs = fixture.Tokens(old[range]),
                Mask = fixture.Mask(),
                Advantages = fixture.Rows(advantages[range]),
            });
        }).ToArray();
        var window = parts.Select(p => objective.Denominator(p.inputs)).Aggregate((a, b) => a + b);
        var loss = 0.0;
        foreach (var (_, inputs) in parts)
        {
            var result = objective.Compute(inputs, window);
            result.Loss.backward();
            loss += result.Loss.ToDouble();
        }

        Close.To(golden.GetProperty("loss").GetDouble(), loss, 1e-6, entry);
        Close.To(golden.GetProperty("grad").Rows(), [.. parts.SelectMany(p => p.fixture.Ragged(p.inputs.LogProbs.grad!))], 1e-6, entry);
        GoldenReport.Reproduced("grpo/gradient_accumulation/" + entry);
    }

    [Fact]
    public void Degenerate_groups_give_what_is_required()
    {
        using var scope = NewDisposeScope();
        AdvantageEstimator[] all = [.. Estimators.Values, new BatchStandardisedAdvantage()];
        var lengths = tensor(new[] { 3.0, 1, 2, 5 });
        foreach (var estimator in all)
        {
            foreach (var equal in new[] { 0.5, 0.1, 0.35, -7.3 })
            {
                foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
                {
                    var advantages = estimator.Estimate(full([4], equal, type), 4, lengths);
                    Assert.All(Close.Numbers(advantages), a => Assert.Equal(0, a));
                }
            }

            // REINFORCE++ without a baseline compares with the batch, not with the group
            if (estimator is not TokenWhitenedAdvantage { GroupBaseline: false })
            {
                Assert.Equal(0, Close.Numbers(estimator.Estimate(tensor(new[] { 1.0, 1, 0, 3 }), Groups.ById(tensor(new long[] { 7, 1, 1, 1 })), lengths))[0]);
                var mixed = Close.Numbers(estimator.Estimate(tensor(new[] { 1.0, 0, 0.3, 0.3 }), 2, lengths));
                Assert.Equal([0, 0], mixed[2..]);
                Assert.NotEqual(0, mixed[0]);
            }
        }

        // seven float32 values of 0.1 whose mean is not 0.1
        Assert.All(Close.Numbers(new GroupStandardisedAdvantage { Epsilon = 1e-8 }.Estimate(full([7], 0.1f), 7)), a => Assert.Equal(0, a));
        var withNan = tensor(new[] { 1.0, double.NaN, 0.0 });
        Close.To([0.5, 0, -0.5], new CentredAdvantage { MissingRewards = MissingRewards.Exclude }.Estimate(withNan, 3), 1e-12, "nan");
        Assert.Throws<ArgumentException>("rewards", () => AdvantageEstimator.Centred.Estimate(withNan, 3));
        Assert.Throws<ArgumentException>("groups", () => new CentredAdvantage { SingletonGroups = SingletonGroups.Throw }.Estimate(withNan.nan_to_num(), 1));
        foreach (var entry in new[] { "zero_std_group/advantages_all_methods", "singleton_group/center", "nan_reward/center_ignoring_nan" })
        {
            GoldenReport.Reproduced("grpo/degenerate/" + entry);
        }
    }

    [Fact]
    public void A_ratio_beyond_every_number_is_clipped_without_a_nan()
    {
        using var scope = NewDisposeScope();
        var golden = GoldenFile.Grpo.At("degenerate", "overflow");
        var logProbs = full([1, 1], (float)golden.GetProperty("new").GetDouble()).requires_grad_();
        var result = GroupObjective.DrGrpo.Compute(new LossInputs
        {
            LogProbs = logProbs,
            OldLogProbs = full([1, 1], (float)golden.GetProperty("old").GetDouble()),
            Mask = ones([1, 1], ScalarType.Bool),
            Advantages = ones([1]),
        });
        result.Loss.backward();
        Close.To(golden.GetProperty("required_loss_token").GetDouble(), result.Loss, 1e-6, "loss");
        Close.To(golden.GetProperty("required_grad").GetDouble(), logProbs.grad!, 0, "gradient");
        GoldenReport.Reproduced("grpo/degenerate/overflow/required_loss_token");
        GoldenReport.Reproduced("grpo/degenerate/overflow/required_grad");
    }
}
