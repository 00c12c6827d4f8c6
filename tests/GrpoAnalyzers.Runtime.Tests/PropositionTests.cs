namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>The four propositions of 2601.05002, on the library's own losses.</summary>
public class PropositionTests
{
    /// <summary>Four completions of lengths 2, 4, 3, 1 that share their first token.</summary>
    private static (LossInputs Inputs, Fixture Fixture) SharedPrefix(double ratio)
    {
        double[][] rows = [[-1, -1], [-1, -1, -1, -1], [-1, -1, -1], [-1]];
        var fixture = new Fixture(rows, Layout.Padded);
        return (new LossInputs
        {
            LogProbs = fixture.Tokens(rows).requires_grad_(),
            OldLogProbs = fixture.Tokens([.. rows.Select(r => r.Select((v, t) => t == 0 ? v - Math.Log(ratio) : v).ToArray())]),
            Mask = fixture.Mask(),
            TokenIds = zeros([4, 4], ScalarType.Int64),
            Groups = 4,
            Advantages = AdvantageEstimator.Centred.Estimate(tensor(new[] { 1, 0, 0.5, 0 }), 4),
        }, fixture);
    }

    [Fact]
    public void A_prefix_that_all_share_is_pushed_by_length_weights_and_not_by_equal_ones()
    {
        using var scope = NewDisposeScope();
        double Push(GroupObjective objective, double ratio)
        {
            var (inputs, fixture) = SharedPrefix(ratio);
            var result = objective.Compute(inputs);
            result.Loss.backward();
            var push = fixture.Ragged(inputs.LogProbs.grad!).Sum(r => r[0]);
            if (ratio == 1)
            {
                Close.To(-push, result.Metrics.PrefixAggregate!, 1e-12, objective.Name + ": the metric");
            }

            return push;
        }

        Assert.Equal(0, Push(GroupObjective.DrGrpo, 1), 12);
        Assert.Equal(0, Push(GroupObjective.Dapo, 1.1), 12);

        // by hand: -(1/4) sum_i A_i / |o_i| with A = .625, -.375, .125, -.375
        var byLength = GroupObjective.GrpoR1 with { Regulariser = Regulariser.None };
        Assert.Equal(-(0.625 / 2 - 0.375 / 4 + 0.125 / 3 - 0.375) / 4, Push(byLength, 1), 12);

        // beyond the clip the positive advantages drop out: what is left of Dr.GRPO is -(1/4) x 1.5 x (-.75)
        Assert.Equal(0.25 * 1.5 * 0.75, Push(GroupObjective.DrGrpo, 1.5), 12);
    }

    [Theory]
    [InlineData(0, 1e-8, true)]
    [InlineData(0.5, 1e-8, false)]
    [InlineData(0, 1e-5, false)]
    public void AdamW_forgets_the_scale_of_rewards_unless_a_kl_or_epsilon_remembers(double beta, double epsilon, bool forgets)
    {
        using var scope = NewDisposeScope();
        double[] Train(double scale)
        {
            var parameter = new TorchSharp.Modules.Parameter(tensor(new[] { 0.3, -0.2, 0.1, 0.5 }));
            var adam = optim.AdamW([parameter], lr: 0.01, eps: epsilon);
            var objective = GroupObjective.DrGrpoConstant(1000) with
            {
                Regulariser = beta == 0 ? Regulariser.None : new KlPenalty(beta, KlEstimator.K3),
            };
            for (var step = 0; step < 6; step++)
            {
                using var inner = NewDisposeScope();
                var log = nn.functional.log_softmax(parameter, 0);
                var tokens = tensor(new long[,] { { 0, 1 }, { 2, 3 }, { 1, 2 }, { 3, 0 } });
                var logProbs = log.index_select(0, tokens.reshape(-1)).reshape(4, 2);
                var rewards = tensor(new[] { 1.0, 0, 0.5, 0.2 }) * scale;
                adam.zero_grad();
                objective.Compute(new LossInputs
                {
                    LogProbs = logProbs,
                    OldLogProbs = logProbs.detach(),
                    ReferenceLogProbs = full([4, 2], -1.2, ScalarType.Float64),
                    Mask = ones([4, 2], ScalarType.Bool),
                    Advantages = AdvantageEstimator.Centred.Estimate(rewards, 4),
                }).Loss.backward();
                adam.step();
            }

            return Close.Numbers(parameter);
        }

        var (plain, scaled) = (Train(1), Train(100));
        var apart = plain.Zip(scaled, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(forgets ? apart < 2e-5 : apart > 5e-4, $"{apart}");
    }

    /// <summary>Eq. 36: with a constant gradient until T and none after, the share of a full step that step T + k still makes.</summary>
    [Theory]
    [InlineData(0.9, 0.95)]
    [InlineData(0.9, 0.999)]
    public void A_clipped_ratio_keeps_moving_as_eq_36_says(double beta1, double beta2)
    {
        using var scope = NewDisposeScope();
        const int before = 200, lr = 1;
        var parameter = new TorchSharp.Modules.Parameter(zeros([1], ScalarType.Float64));
        var adam = optim.AdamW([parameter], lr: lr * 1e-4, beta1: beta1, beta2: beta2, eps: 1e-30);
        var moves = new List<double>();
        for (var step = 0; step < before + 5; step++)
        {
            using var inner = NewDisposeScope();
            var clipped = step >= before - 1;

            // a single token whose ratio is either 1 or far above the clip, with A > 0: the loss itself makes the gradient -1 or 0
            var logProbs = (parameter - parameter.detach()).unsqueeze(0);
            var inputs = new LossInputs
            {
                LogProbs = logProbs,
                OldLogProbs = full([1, 1], clipped ? -1.0 : 0.0, ScalarType.Float64),
                Mask = ones([1, 1], ScalarType.Bool),
                Advantages = ones([1], ScalarType.Float64),
            };
            adam.zero_grad();
            GroupObjective.DrGrpo.Compute(inputs).Loss.backward();
            var old = parameter.ToDouble();
            adam.step();
            moves.Add((parameter.ToDouble() - old) / 1e-4);
        }

        for (var k = 0; k < 5; k++)
        {
            var wanted = Math.Pow(beta1, k + 1) * (1 - Math.Pow(beta1, before - 1)) / (1 - Math.Pow(beta1, before + k))
                * Math.Sqrt(Math.Pow(beta2, -(k + 1)) * (1 - Math.Pow(beta2, before + k)) / (1 - Math.Pow(beta2, before - 1)));
            Assert.Equal(1, moves[before - 1 + k] / wanted, 0.02);
        }
    }

    [Fact]
    public void At_ratio_one_the_loss_says_nothing_of_progress()
    {
        using var scope = NewDisposeScope();
        var (inputs, _) = SharedPrefix(1);
        var byLength = (GroupObjective.GrpoR1 with { Regulariser = Regulariser.None }).Compute(inputs);
        Close.To(0, byLength.Loss, 1e-12, "1 / |o|");
        Close.To([0.25, 0.25, 0.25, 0.25], byLength.Metrics.CompletionWeights!, 1e-12, "weights");

        // by hand: -(1/10) sum A_i |o_i| = -(1.25 - 1.5 + .375 - .375) / 10
        var tokens = GroupObjective.Dapo.Compute(inputs);
        Close.To(0.025, tokens.Loss, 1e-12, "token mean");
        Close.To(0.025, tokens.Metrics.ExpectedOnPolicyLoss!, 1e-12, "metric");
        Close.To([0.2, 0.4, 0.3, 0.1], tokens.Metrics.CompletionWeights!, 1e-12, "weights");
        Close.To(0, tokens.Metrics.ZeroVarianceShare!, 0, "zero variance");
        Close.To(10, tokens.Metrics.EffectiveSampleSize!, 1e-9, "effective sample size");
    }
}
