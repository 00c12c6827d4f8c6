namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>Generated bad calls: each throws an ArgumentException that names the argument, or computes what the valid part gives; the process lives.</summary>
public class HostileInputTests
{
    private static readonly GroupObjective[] Objectives =
    [
        GroupObjective.GrpoR1, GroupObjective.GrpoV32, GroupObjective.Gtpo, GroupObjective.CppoPruned, GroupObjective.DapoPerGroup, GroupObjective.Luffy,
        GroupObjective.Gspo with { OffPolicy = new TokenMask(0.5, 2) },
    ];

    private static readonly (string Name, Func<LossInputs, Tensor?> Get, Func<LossInputs, Tensor?, LossInputs> Set)[] Fields =
    [
        (nameof(LossInputs.LogProbs), i => i.LogProbs, (i, t) => i with { LogProbs = t! }),
        (nameof(LossInputs.Mask), i => i.Mask, (i, t) => i with { Mask = t! }),
        (nameof(LossInputs.OldLogProbs), i => i.OldLogProbs, (i, t) => i with { OldLogProbs = t }),
        (nameof(LossInputs.ReferenceLogProbs), i => i.ReferenceLogProbs, (i, t) => i with { ReferenceLogProbs = t }),
        (nameof(LossInputs.BehaviourLogProbs), i => i.BehaviourLogProbs, (i, t) => i with { BehaviourLogProbs = t }),
        (nameof(LossInputs.Advantages), i => i.Advantages, (i, t) => i with { Advantages = t }),
        (nameof(LossInputs.Entropy), i => i.Entropy, (i, t) => i with { Entropy = t }),
        (nameof(LossInputs.TokenIds), i => i.TokenIds, (i, t) => i with { TokenIds = t }),
        (nameof(LossInputs.OffPolicy), i => i.OffPolicy, (i, t) => i with { OffPolicy = t }),
    ];

    private static readonly (string Name, Func<Tensor, Tensor?> Spoil)[] Shapes =
    [
        ("null", _ => null),
        ("disposed", t => { var c = t.detach().clone(); c.Dispose(); return c; }),
        ("scalar", t => t.detach().reshape(-1).slice(0, 0, 1, 1).squeeze(0)),
        ("empty", t => t.detach().reshape(-1).slice(0, 0, 0, 1)),
        ("one more dimension", t => t.detach().unsqueeze(0)),
        ("one row more", t => cat([t.detach(), t.detach().slice(0, 0, 1, 1)], 0)),
        ("one row less", t => t.detach().slice(0, 0, t.shape[0] - 1, 1)),
        ("broadcastable", t => t.detach().slice(0, 0, 1, 1)),
        ("complex", t => t.detach().to(ScalarType.ComplexFloat32)),
        ("another kind of number", t => t.is_floating_point() ? t.detach().nan_to_num().to(ScalarType.Int32) : t.detach().to(ScalarType.Float32)),
    ];

    private static readonly (string Name, double Value)[] Values = [("NaN", double.NaN), ("infinity", double.PositiveInfinity), ("-infinity", double.NegativeInfinity)];

    [Fact]
    public void Bad_tensors_are_named_at_the_door()
    {
        var calls = 0;
        using var scope = NewDisposeScope();
        foreach (var objective in Objectives)
        {
            foreach (var layout in new[] { Layout.Padded, Layout.Packed })
            {
                var (_, inputs) = Sample.Of(2, 3, 9).On(layout, ScalarType.Float32);
                var reference = objective.Compute(inputs, metrics: false).Loss.ToSingle();
                foreach (var (field, get, set) in Fields)
                {
                    var good = get(inputs)!;
                    foreach (var (what, spoil) in Shapes)
                    {
                        Check(objective, set(inputs, spoil(good)), field, what, reference);
                        calls++;
                    }

                    foreach (var (what, value) in good.is_floating_point() ? Values : [])
                    {
                        // the first token of the first completion is under the mask
                        var spoiled = good.detach().clone();
                        spoiled.reshape(-1)[0] = (float)value;
                        Check(objective, set(inputs, spoiled), field, what, reference);
                        calls++;
                    }
                }
            }
        }

        Console.WriteLine($"[report] hostile calls survived: {calls}");
        Assert.True(calls >= 200);
    }

    /// <summary>Either the objective does not read the field and gives what it gave, or the exception names the field, says something, and no native error shows.</summary>
    private static void Check(GroupObjective objective, LossInputs inputs, string field, string what, float reference)
    {
        var where = $"{objective.Name}, {field}, {what}";
        try
        {
            var loss = objective.Compute(inputs, metrics: false).Loss.ToSingle();
            Assert.True(loss == reference, $"{where}: accepted, {loss} in the place of {reference}");
        }
        catch (ArgumentException exception)
        {
            // a spoiled LogProbs may show first in what has to have its shape
            Assert.True(field == exception.ParamName || field == nameof(LossInputs.LogProbs), $"{where}: blamed {exception.ParamName}");
            Assert.True(exception.Message.Length > 20, where + ": " + exception.Message);
        }
    }

    [Theory]
    [InlineData(1e30)]
    [InlineData(-1e30)]
    [InlineData(3e38)]
    [InlineData(-3e38)]
    [InlineData(1e-45)]
    [InlineData(500)]
    public void Huge_numbers_give_finite_losses_and_gradients(double value)
    {
        using var scope = NewDisposeScope();
        foreach (var objective in Objectives.Concat([GroupObjective.Cispo, GroupObjective.Gcpo, GroupObjective.Sapo, GroupObjective.Gmpo, GroupObjective.GspoToken]))
        {
            foreach (var field in new[] { 0, 2, 3, 4 })
            {
                var (_, inputs) = Sample.Of(2, 3, 9).On(Layout.Padded, ScalarType.Float32);
                var spoiled = Fields[field].Get(inputs)!.detach().clone();
                spoiled[0, 0] = (float)value;
                inputs = Fields[field].Set(inputs, field == 0 ? spoiled.requires_grad_() : spoiled);
                var result = objective.Compute(inputs);
                result.Loss.backward();
                var logs = objective == GroupObjective.Cispo && field == 0;
                Assert.True(logs || result.Loss.isfinite().ToBoolean(), $"{objective.Name}, {Fields[field].Name}: {result.Loss.ToSingle()}");
                Assert.True(inputs.LogProbs.grad!.isfinite().all().ToBoolean(), $"{objective.Name}, {Fields[field].Name}: gradient");
            }
        }
    }

    [Fact]
    public void Other_bad_arguments_are_named_too()
    {
        using var scope = NewDisposeScope();
        var (_, inputs) = Sample.Of(2, 3, 9).On(Layout.Packed, ScalarType.Float32);
        var (_, padded) = Sample.Of(2, 3, 9).On(Layout.Padded, ScalarType.Float32);
        var rewards = inputs.Rewards!;
        var row = new[] { 1.0, 2.0 };
        var good = new PreferenceInputs { Chosen = tensor(row), Rejected = tensor(row), ReferenceChosen = tensor(row), ReferenceRejected = tensor(row) };
        GroupObjective With(Surrogate surrogate) => GroupObjective.Dapo with { Surrogate = surrogate };
        var tokens = inputs.LogProbs.shape[0];
        var calls = new (string Name, Action Call)[]
        {
            ("inputs", () => GroupObjective.Dapo.Compute(null!)),
            ("LogProbs", () => GroupObjective.Dapo.Compute(inputs with { Offsets = null })),
            ("LogProbs", () => GroupObjective.Dapo.Compute(padded with { Offsets = [0, 6] })),
            ("Offsets", () => GroupObjective.Dapo.Compute(inputs with { Offsets = [] })),
            ("Offsets", () => GroupObjective.Dapo.Compute(inputs with { Offsets = [0] })),
            ("Offsets", () => GroupObjective.Dapo.Compute(inputs with { Offsets = [1, tokens] })),
            ("Offsets", () => GroupObjective.Dapo.Compute(inputs with { Offsets = [0, tokens + 1] })),
            ("Offsets", () => GroupObjective.Dapo.Compute(inputs with { Offsets = [0, 5, 3, tokens] })),
            ("Offsets", () => GroupObjective.Dapo.Compute(inputs with { Offsets = [0, -5, tokens] })),
            ("Mask", () => GroupObjective.Dapo.Compute(inputs with { Mask = zeros_like(inputs.Mask) })),
            ("Groups", () => GroupObjective.DapoPerGroup.Compute(inputs with { Groups = null })),
            ("Groups", () => GroupObjective.DapoPerGroup.Compute(inputs with { Groups = 4 })),
            ("Groups", () => GroupObjective.DapoPerGroup.Compute(inputs with { Groups = Groups.ById(arange(5)) })),
            ("size", () => Groups.OfSize(0)),
            ("size", () => Groups.OfSize(-3)),
            ("ids", () => Groups.ById(rewards)),
            ("ids", () => Groups.ById(zeros([2, 2], ScalarType.Int64))),
            ("ids", () => Groups.ById(null!)),
            ("rewards", () => AdvantageEstimator.Centred.Estimate(null!, 3)),
            ("rewards", () => AdvantageEstimator.Centred.Estimate(rewards.unsqueeze(1), 3)),
            ("rewards", () => AdvantageEstimator.Centred.Estimate(zeros([0]), 3)),
            ("rewards", () => AdvantageEstimator.Centred.Estimate(rewards.to(ScalarType.Int64), 3)),
            ("rewards", () => AdvantageEstimator.Centred.Estimate(rewards / 0, 3)),
            ("groups", () => AdvantageEstimator.Centred.Estimate(rewards, 4)),
            ("groups", () => AdvantageEstimator.Centred.Estimate(rewards, null!)),
            ("lengths", () => AdvantageEstimator.LengthWeighted.Estimate(rewards, 3)),
            ("lengths", () => AdvantageEstimator.LengthWeighted.Estimate(rewards, 3, zeros_like(rewards))),
            ("lengths", () => AdvantageEstimator.LengthWeighted.Estimate(rewards, 3, ones([2]))),
            ("rewards", () => new DecoupledAdvantage().Estimate(rewards, 3)),
            ("weights", () => new DecoupledAdvantage().Estimate(rewards.unsqueeze(1), 3, [1, 2])),
            ("rewards", () => new HistoryAwareWeights().Of(rewards * 2, rewards, 3, 0.5)),
            ("anchor", () => new HistoryAwareWeights().Of(rewards, rewards, 3, 1.5)),
            ("weights", () => new GradientWeightedAdvantage().Estimate(rewards, rewards - 5, 3)),
            ("Rewards", () => new DiscoLoss().Compute(inputs with { Rewards = rewards * 0.5 })),
            ("Rewards", () => new DiscoLoss().Compute(inputs with { Rewards = null })),
            ("WindowDivergence", () => new DiscoLoss { WindowDivergence = ones([3]) }.Compute(inputs)),
            ("Temperature", () => new KimiPmdLoss(0).Compute(inputs)),
            ("Low", () => With(new ClippedSurrogate(Ratio.Token, new Clip(-0.1, 0.2))).Compute(inputs)),
            ("High", () => With(new ClippedSurrogate(Ratio.Token, new Clip(0.1, double.NaN))).Compute(inputs)),
            ("DualClip", () => With(new ClippedSurrogate(Ratio.Token, new Clip(0.1, 0.2) { DualClip = 0.5 })).Compute(inputs)),
            ("RatioMax", () => With(new ClippedSurrogate(Ratio.Token, new Clip(0.1, 0.2) { RatioMax = 1.1 })).Compute(inputs)),
            ("Coefficient", () => GroupObjective.Dro(0).Compute(inputs)),
            ("min", () => (GroupObjective.Dapo with { OffPolicy = new TokenMask(3, 2) }).Compute(inputs)),
            ("Denominator", () => GroupObjective.Dapo.Compute(inputs, ones([2]))),
            ("Denominator", () => GroupObjective.Dapo.Compute(inputs, zeros([]))),
            ("Denominator", () => GroupObjective.Dapo.Compute(inputs, tensor(double.NaN))),
            ("Replicas", () => GroupObjective.Dapo.Compute(inputs, new Window { Replicas = 0 })),
            ("Chosen", () => new DpoLoss().Compute(good with { Chosen = ones([2, 2]) })),
            ("Rejected", () => new DpoLoss().Compute(good with { Rejected = ones([3]) })),
            ("Rejected", () => new DpoLoss().Compute(good with { Rejected = good.Rejected / 0 })),
            ("ReferenceChosen", () => new DpoLoss().Compute(good with { ReferenceChosen = null })),
            ("ChosenLengths", () => new SimPoLoss().Compute(good)),
            ("ChosenLengths", () => new SimPoLoss().Compute(good with { ChosenLengths = zeros([2], ScalarType.Int64), RejectedLengths = ones([2]) })),
            ("LabelSmoothing", () => new RobustDpoLoss(0.5).Compute(good)),
            ("mismatchedLogRatios", () => new KtoLoss().Compute(good.Chosen, good.Rejected, good.Chosen.gt(0), zeros([0]))),
            ("old", () => FeatureDrift.Mmd2(ones([1, 3]), ones([4, 3]))),
            ("current", () => FeatureDrift.Mmd2(ones([3, 3]), ones([4, 2]))),
            ("mean", () => GaussianKl.Of(ones([3]), ones([3]))),
            ("gradients", () => SnrLearningRate.Measure(ones([1, 3]))),
            ("length", () => FadingRemask.Probabilities(0, 0.5)),
            ("firstErrorStep", () => StepwiseGuidedReward.TrajectoryScore(7, 5)),
        };
        foreach (var (name, call) in calls)
        {
            Assert.Equal(name, Assert.ThrowsAny<ArgumentException>(call).ParamName);
        }
    }

    [Fact]
    public void Empty_completions_count_or_not_as_was_said()
    {
        using var scope = NewDisposeScope();
        var (_, inputs) = Sample.Of(2, 3, 9).On(Layout.Padded);
        var (_, five) = Sample.Of(2, 3, 9).Pick(0, 1, 2, 3, 4).On(Layout.Padded);
        var mask = inputs.Mask.clone();
        mask[5] = false;
        var objective = GroupObjective.DrGrpo;
        var without = objective.Compute(five).Loss.ToDouble();
        Close.To(without, objective.Compute(inputs with { Mask = mask, EmptyCompletions = EmptyCompletions.Exclude }).Loss, 1e-12, "excluded");
        Close.To(without * 5 / 6, objective.Compute(inputs with { Mask = mask, EmptyCompletions = EmptyCompletions.Count }).Loss, 1e-12, "counted");
        var nothing = objective.Compute(inputs with { Mask = zeros_like(mask), EmptyCompletions = EmptyCompletions.Exclude });
        Assert.Equal(0, nothing.Loss.ToDouble());
        nothing.Loss.backward();
    }
}
