namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>Every public call leaves the number of live tensors where it was, plus what it returns.</summary>
public class LeakTests
{
    [Theory]
    [InlineData(Layout.Padded)]
    [InlineData(Layout.Packed)]
    public void Disposing_what_a_call_returned_disposes_all_it_made(Layout layout)
    {
        using var scope = NewDisposeScope();
        var sample = Sample.Of(2, 3, 7);
        var (fixture, inputs) = sample.On(layout);
        var rewards = inputs.Rewards!;
        var lengths = fixture.Rows([.. sample.New.Select(r => (double)r.Length)]);
        var flags = rewards.ne(0);
        var columns = stack([rewards, lengths], 1);
        var features = rand([4, 3]);
        var (mean, logVariance) = (rand([2, 3]), rand([2, 3]));
        var two = rand([2]);
        var weights = ones([1]);
        var pairs = new PreferenceInputs
        {
            Chosen = -rewards - 1,
            Rejected = -lengths,
            ReferenceChosen = -rewards,
            ReferenceRejected = -lengths,
            ChosenLengths = lengths,
            RejectedLengths = lengths,
            ChosenKl = lengths,
            RejectedKl = lengths,
        };
        var squares = fixture.Tokens(sample.Entropy);
        var calls = new Dictionary<string, Func<IDisposable[]>>
        {
            ["denominator"] = () => [GroupObjective.CppoPruned.Denominator(inputs)],
            ["kl in reward"] = () => [KlInReward.Apply(rewards, inputs, 0.1)],
            ["otb"] = () => [OptimalTokenBaseline.Estimate(inputs, squares)],
            ["gdpo"] = () => [new DecoupledAdvantage().Estimate(columns, 3)],
            ["ha-dw"] = () => [new HistoryAwareWeights().Of(rewards, lengths, 3, 0.4)],
            ["oblr"] = () => [new GradientWeightedAdvantage().Estimate(rewards, lengths, 3), new GradientWeightedAdvantage().Baseline(rewards, lengths, 3)],
            ["snr"] = () => { SnrLearningRate.Measure(features); return []; },
            ["sgpo"] = () => [new StepwiseGuidedReward().Of(flags, rewards, 3)],
            ["rubric"] = () => [RubricRewards.Judge(flags, flags, 1), RubricRewards.Generator(flags), RubricRewards.AgainstBaseline(flags, flags)],
            ["mmd"] = () => [FeatureDrift.Mmd2(features, features), FeatureDrift.Weighted([(features, features)], weights)],
            ["gaussian"] = () => [GaussianKl.Of(mean, logVariance)],
            ["elbo"] = () => [new LatentPlanElbo(1).Compute(two, two, two, mean, logVariance)],
            ["kto"] = () => [new KtoLoss().Compute(rewards, lengths, flags, lengths)],
            ["disco"] = () => [new DiscoLoss().Compute(inputs), new DiscoLoss().Divergence(inputs)],
            ["kimi"] = () => [new KimiPmdLoss(0.1).Compute(inputs)],
            ["lambda"] = () => [new LambdaGrpoLoss().Compute(inputs)],
            ["mask"] = () => [new MaskGrpoLoss().Compute(inputs)],
            ["sums"] = () =>
            {
                var (sums, counts) = SequenceLogProbs.Of(inputs);
                return [sums, counts];
            },
        };
        foreach (var objective in GroupObjective.Presets)
        {
            calls[objective.Name] = () => [objective.Compute(inputs)];
            calls["advantages of " + objective.Name] = () => [objective.Advantages.Estimate(rewards, 3, lengths)];
        }

        foreach (var loss in new PreferenceLoss[]
        {
            new DpoLoss { LabelSmoothing = 0.1 }, new RobustDpoLoss(0.1), new IpoLoss(), new HingeLoss(), new SlicLoss(), new SimPoLoss(), new CpoLoss(),
            new OrpoLoss(), new TdpoLoss(), new ApoLoss(), new NcaLoss(), new AotLoss(), new DiscoPopLoss(), new ExoLoss(), new SppoLoss(), new BcoLoss(0.1, 0.2),
        })
        {
            calls[loss.GetType().Name] = () => [loss.Compute(pairs)];
        }

        var fused = FusedProblem.Of(2).As(ScalarType.Float64);
        var frozen = fused.As(ScalarType.Float64, frozen: true);
        foreach (var (problem, kind) in new[] { (fused, "trained"), (frozen, "frozen") })
        {
            foreach (var objective in new[] { GroupObjective.GrpoR1, GroupObjective.Gspo })
            {
                calls[$"fused {objective.Name} {kind}"] = () => [FusedLoss.Compute(objective, problem.Hidden, problem.Head, problem.Inputs)];
            }

            calls["fused log-probabilities " + kind] = () => [FusedLogProbs.Compute(problem.Hidden, problem.Head, problem.Inputs.Targets, problem.Inputs.Mask)];
        }

        // a failing call leaves nothing either
        calls["failing"] = () =>
        {
            Assert.ThrowsAny<ArgumentException>(() => GroupObjective.GrpoR1.Compute(inputs with { ReferenceLogProbs = null }));
            return [];
        };
        using (NewDisposeScope())
        {
            // what other tests left to the finalizer is not to be counted here
            GC.Collect();
            GC.WaitForPendingFinalizers();
            foreach (var (name, call) in calls)
            {
                var before = Tensor.TotalCount;
                Array.ForEach(call(), d => d.Dispose());
                Assert.True(before == Tensor.TotalCount, $"{name}: {Tensor.TotalCount - before} tensors left");
            }
        }
    }
}
