namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>Gradients of the losses that take no token batch, and of inputs other than the log-probabilities.</summary>
public class OtherGradientTests
{
    private static readonly Dictionary<string, Func<Tensor, Tensor>> Losses = new()
    {
        ["KTO"] = x => new KtoLoss { DesirableWeight = 1.3 }.Compute(
            x.reshape(-1), full([6], -1.0, ScalarType.Float64), tensor(new[] { true, false, true, true, false, false }), tensor([0.2, 0.7])).Loss,
        ["Gaussian KL"] = x => GaussianKl.Of(x.slice(0, 0, 1, 1), x.slice(0, 1, 2, 1)).sum(),
        ["latent plan"] = x => new LatentPlanElbo(0.3).Compute(
            x.sum(1), x.prod(1), tensor([0.4, -0.2]), x, x * 0.5).Loss,
        ["feature drift"] = x => FeatureDrift.Mmd2(tensor(new[] { 0.1, 0.4, -0.3, 1.0, 0.2, 0.6 }).reshape(2, 3), x, 0.8),
        ["lambda"] = x =>
        {
            var sample = Sample.Of(2, 3, 4);
            var (_, inputs) = sample.On(Layout.Padded);
            return new LambdaGrpoLoss { Lambda = x.sum() }.Compute(inputs).Loss;
        },
        ["entropy bonus"] = x => (GroupObjective.DrGrpo with { Regulariser = new EntropyBonus(0.3) }).Compute(new LossInputs
        {
            LogProbs = full([2, 3], -1.0, ScalarType.Float64),
            OldLogProbs = full([2, 3], -1.0, ScalarType.Float64),
            Mask = tensor(new[,] { { true, true, false }, { true, true, true } }),
            Advantages = zeros([2], ScalarType.Float64),
            Entropy = x.square(),
        }).Loss,
        ["bonus plus penalty"] = x => (GroupObjective.DrGrpo with { Regulariser = new EntropyBonus(0.3).Plus(new KlPenalty(0.2, KlEstimator.K2)) }).Compute(new LossInputs
        {
            LogProbs = x,
            OldLogProbs = full([2, 3], -1.0, ScalarType.Float64),
            ReferenceLogProbs = full([2, 3], -1.5, ScalarType.Float64),
            Mask = ones([2, 3], ScalarType.Bool),
            Advantages = zeros([2], ScalarType.Float64),
            Entropy = x.exp(),
        }).Loss,
    };

    public static TheoryData<string> Names => [.. Losses.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_gradient_is_that_of_the_loss(string name)
    {
        const double h = 1e-6;
        using var scope = NewDisposeScope();
        double[] values = [0.3, -0.5, 0.8, -0.9, 0.45, 0.15];
        Tensor At() => tensor(values).reshape(2, 3);
        var x = At().requires_grad_();
        Losses[name](x).backward();
        var gradient = Close.Numbers(x.grad!);
        Assert.Contains(gradient, g => Math.Abs(g) > 1e-3);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] += h;
            var above = Losses[name](At()).ToDouble();
            values[i] -= 2 * h;
            var below = Losses[name](At()).ToDouble();
            values[i] += h;
            Close.To((above - below) / (2 * h), gradient[i], 2e-7, $"{name} {i}");
        }
    }

    [Fact]
    public void Answers_and_samples_may_come_in_any_order()
    {
        using var scope = NewDisposeScope();
        var order = tensor(new long[] { 2, 0, 1 });
        var (policy, reference) = (tensor([-1.0, -2.0, -0.5]), tensor([-1.2, -1.5, -0.6]));
        var good = tensor(new[] { true, false, true });
        var others = tensor([0.1, 0.5]);
        Tensor Pick(Tensor t) => t.index_select(0, order);
        Close.To(
            new KtoLoss().Compute(policy, reference, good, others).Loss.ToDouble(),
            new KtoLoss().Compute(Pick(policy), Pick(reference), Pick(good), others).Loss,
            1e-12,
            "KTO");
        var (x, y) = (tensor([0.1, 0.9, 0.4]).unsqueeze(1), tensor([0.3, 0.2, 1.4]).unsqueeze(1));
        Close.To(FeatureDrift.Mmd2(x, y).ToDouble(), FeatureDrift.Mmd2(Pick(x), y), 1e-12, "drift");

        // median heuristic on points that are all one: the bandwidth is 1 and the drift 0
        Close.To(0, FeatureDrift.Mmd2(ones([3, 2], ScalarType.Float64), ones([3, 2], ScalarType.Float64)), 1e-12, "one point");
    }
}
