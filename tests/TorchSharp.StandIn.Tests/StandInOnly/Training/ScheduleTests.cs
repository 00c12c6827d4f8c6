using GrpoAnalyzers.StandIns.Tests.Completeness;
using GrpoAnalyzers.StandIns.Tests.Python;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GrpoAnalyzers.StandIns.Tests.Training;

/// <summary>Learning rates over twelve steps, and what is done to gradients before a step.</summary>
[ComparesWithPython]
public sealed class ScheduleTests(PythonTorch python) : IClassFixture<PythonTorch>
{
    private static readonly Dictionary<string, Func<OptimizerHelper, optim.lr_scheduler.LRScheduler>> Schedules = new()
    {
        ["LambdaLR(o, lambda e: 1 / (e + 1))"] = optimiser => optim.lr_scheduler.LambdaLR(optimiser, epoch => 1.0 / (epoch + 1)),
        ["StepLR(o, 3)"] = optimiser => optim.lr_scheduler.StepLR(optimiser, 3),
        ["StepLR(o, 2, gamma=0.5)"] = optimiser => optim.lr_scheduler.StepLR(optimiser, 2, 0.5),
        ["ExponentialLR(o, 0.8)"] = optimiser => optim.lr_scheduler.ExponentialLR(optimiser, 0.8),
        ["ConstantLR(o)"] = optimiser => optim.lr_scheduler.ConstantLR(optimiser),
        ["ConstantLR(o, 0.25, 3)"] = optimiser => optim.lr_scheduler.ConstantLR(optimiser, 0.25, 3),
        ["LinearLR(o)"] = optimiser => optim.lr_scheduler.LinearLR(optimiser),
        ["LinearLR(o, 0.1, 0.8, 7)"] = optimiser => optim.lr_scheduler.LinearLR(optimiser, 0.1, 0.8, 7),
        ["CosineAnnealingLR(o, 12)"] = optimiser => optim.lr_scheduler.CosineAnnealingLR(optimiser, 12),
        ["CosineAnnealingLR(o, 5, eta_min=0.01)"] = optimiser => optim.lr_scheduler.CosineAnnealingLR(optimiser, 5, 0.01),
    };

    public static TheoryData<string> Names => [.. Schedules.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Learning_rates_are_pythons(string schedule)
    {
        using var scope = NewDisposeScope();
        var expected = python.Values($"""
            o = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.3)
            s = torch.optim.lr_scheduler.{schedule}
            l = []
            for _ in range(12):
                l.append(s.get_last_lr()[0])
                o.step()
                s.step()
            r = torch.tensor(l, dtype=torch.float64)
            """)[0];

        using var optimiser = optim.SGD([nn.Parameter(zeros(1))], 0.3);
        var scheduler = Schedules[schedule](optimiser);
        var rates = new List<double>();
        for (var step = 0; step < 12; step++)
        {
            rates.Add(scheduler.get_last_lr().Single());
            Assert.Equal(rates[^1], optimiser.ParamGroups.Single().LearningRate);
            optimiser.step();
            scheduler.step();
        }

        TensorData.Same(expected, tensor(rates.ToArray()), 1e-12);
    }

    [Theory]
    [InlineData(0.5, 2)]
    [InlineData(100, 2)]
    [InlineData(0.5, 1)]
    [InlineData(0.5, 3)]
    [InlineData(0.5, double.PositiveInfinity)]
    public void Gradients_are_clipped_to_a_norm_as_in_python(double maximum, double kind)
    {
        using var scope = NewDisposeScope();
        var (first, second) = Gradients();
        var expected = python.Values(
            FormattableString.Invariant($"""
            p = [torch.nn.Parameter(torch.zeros_like(one)) for one in (a, b)]
            for one, g in zip(p, (a, b)): one.grad = g.clone()
            n = torch.nn.utils.clip_grad_norm_(p, {maximum}, float('{(double.IsInfinity(kind) ? "inf" : kind)}'))
            r = [n, p[0].grad, p[1].grad]
            """),
            ("a", first.grad!),
            ("b", second.grad!));

        var norm = nn.utils.clip_grad_norm_([first, second], maximum, kind);

        TensorData.Same(expected[0], tensor(norm), 1e-12);
        TensorData.Same(expected[1], first.grad!, 1e-12);
        TensorData.Same(expected[2], second.grad!, 1e-12);
    }

    [Fact]
    public void Gradients_are_clipped_to_a_value_as_in_python()
    {
        using var scope = NewDisposeScope();
        var (first, second) = Gradients();
        var expected = python.Values("r = [a.clamp(-0.25, 0.25), b.clamp(-0.25, 0.25)]", ("a", first.grad!), ("b", second.grad!));

        nn.utils.clip_grad_value_([first, second], 0.25);

        TensorData.Same(expected[0], first.grad!, 0);
        TensorData.Same(expected[1], second.grad!, 0);
    }

    private static (Parameter First, Parameter Second) Gradients()
    {
        var first = nn.Parameter(zeros(2, 3, ScalarType.Float64));
        var second = nn.Parameter(zeros(4, ScalarType.Float64));
        first.grad = (arange(6, dtype: ScalarType.Float64) * 1.7).sin().reshape(2, 3);
        second.grad = (arange(4, dtype: ScalarType.Float64) * 1.1).cos();
        return (first, second);
    }
}
