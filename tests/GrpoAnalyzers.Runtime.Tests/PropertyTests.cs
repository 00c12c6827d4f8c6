namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>What must hold of every loss.</summary>
public class PropertyTests
{
    public static TheoryData<string> All => AllLosses.Names;

    public static TheoryData<string> Additive => AllLosses.Additive;

    private static (double Loss, double[][] Gradient) Evaluate(string name, Sample sample, Layout layout, ScalarType type = ScalarType.Float64)
    {
        using var scope = NewDisposeScope();
        var (fixture, inputs) = sample.On(layout, type);
        var (result, _) = AllLosses.ByName[name](fixture, sample, inputs, null);
        result.Loss.backward();
        Assert.True(inputs.LogProbs.grad!.isfinite().all().ToBoolean());
        return (result.Loss.to(ScalarType.Float64).ToDouble(), fixture.Ragged(inputs.LogProbs.grad!));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_gradient_is_that_of_the_loss_with_its_constants_held(string name)
    {
        const double h = 1e-6;
        using var scope = NewDisposeScope();
        var sample = Sample.Of(2, 3, 11);
        using var recording = StopGradient.Record();
        var (_, gradient) = Evaluate(name, sample, Layout.Padded);
        var moved = false;
        for (var i = 0; i < sample.Count; i++)
        {
            for (var t = 0; t < sample.New[i].Length; t++)
            {
                double At(double step)
                {
                    recording.Rewind();
                    double[][] rows = [.. sample.New.Select(r => r.ToArray())];
                    rows[i][t] += step;
                    var shifted = sample with { New = rows };
                    var (fixture, inputs) = shifted.On(Layout.Padded);
                    return AllLosses.ByName[name](fixture, shifted, inputs, null).Result.Loss.ToDouble();
                }

                var difference = (At(h) - At(-h)) / (2 * h);
                Close.To(difference, gradient[i][t], 2e-7, $"{name} [{i}][{t}]");
                moved |= Math.Abs(difference) > 1e-6;
            }
        }

        Assert.True(moved, name + ": a loss that nothing moves");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Layout_and_padding_and_the_order_of_completions_and_groups_change_nothing(string name)
    {
        using var scope = NewDisposeScope();
        var sample = Sample.Of(3, 4, 5);
        var (loss, gradient) = Evaluate(name, sample, Layout.Padded);
        foreach (var layout in new[] { Layout.PaddedWide, Layout.Packed })
        {
            var (other, otherGradient) = Evaluate(name, sample, layout);
            Close.To(loss, other, 1e-10, $"{name} {layout}");
            Close.To(gradient, otherGradient, 1e-10, $"{name} {layout}");
        }

        foreach (var order in new int[][] { [2, 1, 0, 3, 4, 5, 7, 6, 11, 10, 9, 8], [8, 9, 10, 11, 0, 1, 2, 3, 4, 5, 6, 7], [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11] })
        {
            var (other, otherGradient) = Evaluate(name, sample.Pick(order), Layout.Padded);
            Close.To(loss, other, 1e-10, name + " permuted");
            Close.To([.. order.Select(i => gradient[i])], otherGradient, 1e-10, name + " permuted");
        }

        var (single, singleGradient) = Evaluate(name, sample, Layout.Packed, ScalarType.Float32);
        Close.To(loss, single, 1e-4, name + " float32");
        Close.To(gradient, singleGradient, 1e-4, name + " float32");
    }

    [Theory]
    [MemberData(nameof(Additive))]
    public void Micro_batches_of_whole_groups_add_up_to_the_whole(string name)
    {
        using var scope = NewDisposeScope();
        var sample = Sample.Of(4, 3, 23);
        var (loss, gradient) = Evaluate(name, sample, Layout.Padded);
        foreach (var parts in new[] { 1, 2, 4 })
        {
            var pieces = Enumerable.Range(0, sample.Count).Chunk(sample.Count / parts).Select(rows => sample.Pick(rows)).ToArray();
            var ready = pieces.Select(p => (Sample: p, On: p.On(Layout.Padded))).ToArray();
            if (name.StartsWith("DisCO", StringComparison.Ordinal))
            {
                var kind = name.EndsWith("Likelihood", StringComparison.Ordinal) ? DiscoKl.K1 : DiscoKl.K3;
                AllLosses.DiscoWindow = ready.Select(r => new DiscoLoss { Kl = kind }.Divergence(r.On.Inputs)).Aggregate((a, b) => a + b);
            }

            var window = ready.Select(r => AllLosses.ByName[name](r.On.Fixture, r.Sample, r.On.Inputs, null).Denominator).Aggregate((a, b) => a + b);
            var sum = 0.0;
            foreach (var (piece, (fixture, inputs)) in ready)
            {
                // two ranks whose gradients are averaged: each loss is doubled, each gradient halved again
                var result = AllLosses.ByName[name](fixture, piece, inputs, new Window { Denominator = window, Replicas = 2 }).Result;
                result.Loss.backward();
                sum += result.Loss.ToDouble() / 2;
            }

            AllLosses.DiscoWindow = null;
            Close.To(loss, sum, 1e-10, $"{name} in {parts}");
            double[][] gradients = [.. ready.SelectMany(r => r.On.Fixture.Ragged(r.On.Inputs.LogProbs.grad!)).Select(r => r.Select(g => g / 2).ToArray())];
            Close.To(gradient, gradients, 1e-10, $"{name} in {parts}");
        }
    }

    [Theory]
    [InlineData(nameof(AdvantageEstimator.Centred), 3.0)]
    [InlineData(nameof(AdvantageEstimator.LeaveOneOut), 3.0)]
    [InlineData(nameof(AdvantageEstimator.LengthWeighted), 3.0)]
    [InlineData(nameof(AdvantageEstimator.GroupStandardised), 1.0)]
    [InlineData(nameof(AdvantageEstimator.BatchStandardised), 1.0)]
    public void Advantages_forget_a_shift_of_the_rewards_and_scale_as_they_are_defined(string name, double factor)
    {
        using var scope = NewDisposeScope();
        var estimator = (AdvantageEstimator)typeof(AdvantageEstimator).GetProperty(name)!.GetValue(null)!;
        estimator = estimator is GroupStandardisedAdvantage g ? g with { Epsilon = 0 } : estimator is BatchStandardisedAdvantage b ? b with { Epsilon = 0 } : estimator;
        var rewards = tensor(new[] { 1, 0, 0.5, 0, 0.2, 0.9, 0.9, 0.1 });
        var lengths = tensor(new long[] { 3, 1, 4, 1, 5, 9, 2, 6 });
        var ids = Groups.ById(tensor(new long[] { 5, -2, 5, -2, 5, -2, -2, 5 }));
        var plain = Close.Numbers(estimator.Estimate(rewards, ids, lengths));
        Close.To(plain, estimator.Estimate(rewards + 10, ids, lengths), 1e-9, name + " shifted");
        Close.To([.. plain.Select(a => a * factor)], estimator.Estimate(rewards * 3, ids, lengths), 1e-9, name + " scaled");
        Assert.Contains(plain, a => Math.Abs(a) > 0.1);
    }

    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void Half_precision_is_computed_in_float32(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var sample = Sample.Of(2, 3, 3);
        var (fixture, inputs) = sample.On(Layout.Packed, ScalarType.Float32);
        Tensor Rounded(Tensor t) => t.to(type);
        var half = inputs with
        {
            LogProbs = Rounded(inputs.LogProbs.detach()).requires_grad_(),
            OldLogProbs = Rounded(inputs.OldLogProbs!),
            ReferenceLogProbs = Rounded(inputs.ReferenceLogProbs!),
        };
        var same = half with { LogProbs = half.LogProbs.detach().to(ScalarType.Float32).requires_grad_() };
        var (a, b) = (GroupObjective.GrpoR1.Compute(half), GroupObjective.GrpoR1.Compute(same));
        a.Loss.backward();
        b.Loss.backward();
        Assert.Equal(ScalarType.Float32, a.Loss.dtype);
        Assert.Equal(type, half.LogProbs.grad!.dtype);
        Assert.Equal(b.Loss.ToSingle(), a.Loss.ToSingle());
        Close.To(Close.Numbers(same.LogProbs.grad!), half.LogProbs.grad!, 1e-2, "gradient");
    }
}
