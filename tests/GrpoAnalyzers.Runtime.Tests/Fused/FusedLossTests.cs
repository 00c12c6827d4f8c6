namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>Every objective gives what it gives on all logits at once: in every mode, layout and chunk.</summary>
public class FusedLossTests
{
    private static readonly Dictionary<string, GroupObjective> Objectives = ((GroupObjective[])
    [
        .. GroupObjective.Presets.Where(p => p.Surrogate is not ClipCovSurrogate), // chooses its tokens at random
        GroupObjective.DrGrpoConstant(9),
        GroupObjective.Dro(0.1),
        GroupObjective.Dapo with { Name = "DAPO + TIS", OffPolicy = new TokenTruncation(null, 1.05) },
        GroupObjective.GrpoR1 with { Name = "GRPO + MIS x OPSM", OffPolicy = new SequenceMask(0.5, 2).Times(new OffPolicySequenceMask(0.05)) },
        GroupObjective.Dapo with { Name = "DAPO, top entropy", Weighting = new Weighting(Aggregation.TokenMean) { Tokens = new TopEntropyWeight(0.4) } },
        GroupObjective.DrGrpo with { Name = "two penalties", Regulariser = new KlPenalty(0.1, KlEstimator.K2).Plus(new KlPenalty(0.05, KlEstimator.ImportanceWeightedK3)) },
    ]).ToDictionary(o => o.Name);

    public static TheoryData<string> Names => [.. Objectives.Keys];

    private static GroupObjective Objective(string name) => Objectives[name] switch
    {
        { Surrogate: KlCovSurrogate } o => o with { Surrogate = new KlCovSurrogate(1, 0.2) },
        var o => o,
    };

    private static void Same(Dictionary<string, Tensor> wanted, Dictionary<string, Tensor> found, double tolerance, string where)
    {
        Assert.Equal(wanted.Keys.Order(), found.Keys.Order());
        foreach (var (name, gradient) in wanted)
        {
            Close.To(Close.Numbers(gradient), found[name], tolerance, $"{where}: {name}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Loss_gradients_and_metrics_are_those_of_all_logits_at_once(string name)
    {
        using var scope = NewDisposeScope();
        var objective = Objective(name);
        var problem = FusedProblem.Of(3, sharpness: 2.5); // sharp enough for some completions to pass the gate of GTPO
        var plain = problem.As(ScalarType.Float64);
        var wanted = plain.Naive(objective);
        (wanted.Loss * 3.7).backward();
        Assert.True(plain.Gradients().Count == 2 && plain.Gradients()["weight"].abs().max().ToDouble() > 1e-4, "a loss that nothing moves");

        foreach (var chunk in new int?[] { null, 1, 5 })
        {
            foreach (var metrics in new[] { true, false })
            {
                var options = new FusedOptions { ChunkRows = chunk, Metrics = metrics };
                var ours = problem.As(ScalarType.Float64);
                var found = FusedLoss.Compute(objective, ours.Hidden, ours.Head, ours.Inputs, options: options);
                (found.Loss * 3.7).backward();
                var where = $"{name}, chunks of {chunk}, metrics {metrics}";
                Close.To(wanted.Loss.ToDouble(), found.Loss, 1e-10, where);
                Close.To(wanted.Denominator.ToDouble(), found.Denominator, 1e-12, where);
                Same(plain.Gradients(), ours.Gradients(), 1e-10, where);
                if (metrics)
                {
                    // objectives of two passes have entropies where they read them or are asked for them
                    var values = found.Metrics.All().ToDictionary(m => m.Name, m => m.Value);
                    var needed = wanted.Metrics.All().Where(m => m.Name != nameof(LossMetrics.Entropy) || PolicyScopes.Of(objective) != PolicyScope.Batch);
                    Assert.All(needed, metric => Close.To(Close.Numbers(metric.Value), values[metric.Name], 1e-9, $"{where}: {metric.Name}"));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_are_added_to_those_of_the_parameters(string name)
    {
        using var scope = NewDisposeScope();
        var objective = Objective(name);
        var problem = FusedProblem.Of(4, bias: true, temperature: 0.8);
        var window = new Window { Denominator = tensor(11.0), Replicas = 2 };
        var plain = problem.As(ScalarType.Float64);
        var wanted = plain.Naive(objective, window);
        wanted.Loss.backward();
        wanted = plain.Naive(objective, window);
        wanted.Loss.backward();
        foreach (var metrics in new[] { true, false })
        {
            // the second call finds gradients already there
            var ours = problem.As(ScalarType.Float64);
            var options = new FusedOptions { ChunkRows = 4, Metrics = metrics };
            FusedLoss.Backward(objective, ours.Hidden, ours.Head, ours.Inputs, window, options);
            var found = FusedLoss.Backward(objective, ours.Hidden, ours.Head, ours.Inputs, window, options);
            Assert.False(found.Loss.requires_grad);
            Close.To(wanted.Loss.ToDouble(), found.Loss, 1e-10, name);
            Same(plain.Gradients(), ours.Gradients(), 1e-10, name);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_frozen_head_gives_the_hidden_states_their_gradient(string name)
    {
        using var scope = NewDisposeScope();
        var objective = Objective(name);
        var problem = FusedProblem.Of(5, bias: true, softCap: 3);
        var plain = problem.As(ScalarType.Float64, frozen: true);
        (plain.Naive(objective).Loss * -0.6).backward();
        var ours = problem.As(ScalarType.Float64, frozen: true);
        var result = FusedLoss.Compute(objective, ours.Hidden, ours.Head, ours.Inputs, options: new FusedOptions { ChunkRows = 5 });
        (result.Loss * -0.6).backward();
        Same(plain.Gradients(), ours.Gradients(), 1e-10, name);

        var sunk = problem.As(ScalarType.Float64, frozen: true);
        FusedLoss.Backward(objective, sunk.Hidden, sunk.Head, sunk.Inputs);
        Close.To([.. Close.Numbers(plain.Gradients()["hidden"]).Select(g => g / -0.6)], sunk.Gradients()["hidden"], 1e-10, name + " sink");
    }

    [Theory]
    [InlineData(false, 1.0, null)]
    [InlineData(true, 1.0, null)]
    [InlineData(true, 0.7, null)]
    [InlineData(false, 1.3, 2.5)]
    [InlineData(true, 0.7, 2.5)]
    public void Bias_temperature_and_cap_are_the_head_s(bool bias, double temperature, double? cap)
    {
        using var scope = NewDisposeScope();
        foreach (var objective in new[] { GroupObjective.GrpoR1, GroupObjective.Gspo })
        {
            var problem = FusedProblem.Of(6, 2, bias, temperature, cap);
            var plain = problem.As(ScalarType.Float64);
            var wanted = plain.Naive(objective);
            wanted.Loss.backward();
            foreach (var packed in new[] { false, true })
            {
                var ours = packed ? problem.As(ScalarType.Float64).Packed() : problem.As(ScalarType.Float64);
                var found = FusedLoss.Compute(objective, ours.Hidden, ours.Head, ours.Inputs, options: new FusedOptions { ChunkRows = 6, Entropy = true });
                found.Loss.backward();
                Close.To(wanted.Loss.ToDouble(), found.Loss, 1e-10, objective.Name);
                Close.To(wanted.Metrics.Entropy!.ToDouble(), found.Metrics.Entropy!, 1e-10, "entropy");
                Same(plain.Gradients(), ours.Gradients(), 1e-10, $"{objective.Name}, packed {packed}");
            }
        }
    }

    [Fact]
    public void One_row_and_none_at_all()
    {
        using var scope = NewDisposeScope();
        foreach (var objective in new[] { GroupObjective.DrGrpo, GroupObjective.Gspo, GroupObjective.GrpoR1 })
        {
            foreach (var kept in new[] { 1, 0 })
            {
                foreach (var frozen in new[] { false, true })
                {
                    var problem = FusedProblem.Of(7);
                    var mask = zeros_like(problem.Inputs.Mask);
                    if (kept == 1)
                    {
                        mask[1, 2] = tensor(true);
                    }

                    problem = problem with { Inputs = problem.Inputs with { Mask = mask, EmptyCompletions = EmptyCompletions.Count } };
                    var plain = problem.As(ScalarType.Float64, frozen);
                    var ours = problem.As(ScalarType.Float64, frozen);
                    var sunk = problem.As(ScalarType.Float64, frozen);
                    var wanted = plain.Naive(objective);
                    wanted.Loss.backward();
                    var found = FusedLoss.Compute(objective, ours.Hidden, ours.Head, ours.Inputs);
                    found.Loss.backward();
                    FusedLoss.Backward(objective, sunk.Hidden, sunk.Head, sunk.Inputs);
                    Close.To(wanted.Loss.ToDouble(), found.Loss, 1e-12, objective.Name);
                    foreach (var fused in new[] { ours, sunk })
                    {
                        Assert.True(fused.Hidden.grad!.isfinite().all().ToBoolean()); // the rest of the states is NaN
                        Same(plain.Gradients(), fused.Gradients(), 1e-12, $"{objective.Name} {kept} {frozen}");
                    }
                }
            }
        }
    }

    [Fact]
    public void A_second_backward_is_not_mistaken_for_a_gradient()
    {
        using var scope = NewDisposeScope();
        var ours = FusedProblem.Of(8).As(ScalarType.Float64);
        var found = FusedLoss.Compute(GroupObjective.DrGrpo, ours.Hidden, ours.Head, ours.Inputs);
        found.Loss.backward(retain_graph: true);
        Assert.True(ours.Weight.grad!.isfinite().all().ToBoolean());
        found.Loss.backward();
        Assert.True(ours.Weight.grad!.isnan().all().ToBoolean());
    }

    [Fact]
    public void Chunks_can_be_cancelled()
    {
        using var scope = NewDisposeScope();
        using var source = new CancellationTokenSource();
        source.Cancel();
        var ours = FusedProblem.Of(9).As(ScalarType.Float64);
        var options = new FusedOptions { Cancellation = source.Token };
        Assert.Throws<OperationCanceledException>(() => FusedLoss.Compute(GroupObjective.DrGrpo, ours.Hidden, ours.Head, ours.Inputs, options: options));
        Assert.Throws<OperationCanceledException>(() => FusedLoss.Backward(GroupObjective.DrGrpo, ours.Hidden, ours.Head, ours.Inputs, options: options));
    }

    [Fact]
    public void The_first_chunk_after_a_cancellation_is_not_computed()
    {
        using var scope = NewDisposeScope();
        using var source = new CancellationTokenSource();
        var ours = FusedProblem.Of(10).As(ScalarType.Float64);
        var rows = HeadRows.Where(ours.Hidden, ours.Inputs.Targets, ours.Inputs.Mask);
        using var head = new ChunkedHead(ours.Head, rows, new FusedOptions { ChunkRows = 3, Cancellation = source.Token }, gradients: true);
        var seen = new List<long>();
        Assert.Throws<OperationCanceledException>(() => head.Pass(null, null, Gradient, HeadSums.For(ours.Head, hidden: true, rows.Count, ScalarType.Float64)));
        Assert.Equal([0, 3], seen);

        Tensor Gradient(long start, Tensor logProbs)
        {
            seen.Add(start);
            if (seen.Count == 2)
            {
                source.Cancel();
            }

            return ones_like(logProbs);
        }
    }

    [Theory]
    [InlineData(nameof(GroupObjective.DrGrpo))]
    [InlineData(nameof(GroupObjective.Gspo))]
    public void Rows_without_advantage_are_not_multiplied(string name)
    {
        // A NaN that is multiplied reaches every gradient of the weight.
        using var scope = NewDisposeScope();
        var objective = (GroupObjective)typeof(GroupObjective).GetProperty(name)!.GetValue(null)!;
        var problem = FusedProblem.Of(11);
        var idle = problem.Inputs.Advantages!.eq(0);
        Assert.Equal(1, idle.sum().ToInt64());
        var spoiled = problem with
        {
            Hidden = problem.Hidden.masked_fill(idle.reshape(-1, 1, 1), double.NaN),
            Inputs = problem.Inputs with { Validate = false },
        };
        var plain = problem.As(ScalarType.Float64);
        plain.Naive(objective).Loss.backward();
        foreach (var sink in new[] { false, true })
        {
            foreach (var frozen in new[] { false, true })
            {
                var ours = spoiled.As(ScalarType.Float64, frozen);
                var options = new FusedOptions { Metrics = false };
                if (sink)
                {
                    FusedLoss.Backward(objective, ours.Hidden, ours.Head, ours.Inputs, options: options);
                }
                else
                {
                    FusedLoss.Compute(objective, ours.Hidden, ours.Head, ours.Inputs, options: options).Loss.backward();
                }

                foreach (var (which, gradient) in ours.Gradients())
                {
                    Close.To(Close.Numbers(plain.Gradients()[which]), gradient, 1e-10, $"{name}, sink {sink}, frozen {frozen}: {which}");
                }
            }
        }
    }
}
