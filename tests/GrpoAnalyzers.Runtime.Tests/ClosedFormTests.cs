namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>Without metrics the commonest objectives are computed in closed form: the same loss, the same gradient, wherever a clip or a bound lies.</summary>
public class ClosedFormTests
{
    private static readonly Dictionary<string, GroupObjective> Objectives = new()
    {
        ["no penalty"] = GroupObjective.Dapo,
        ["k3"] = GroupObjective.GrpoR1 with { Regulariser = new KlPenalty(0.3, KlEstimator.K3) },
        ["k2"] = GroupObjective.DrGrpo with { Regulariser = new KlPenalty(0.3, KlEstimator.K2) },
        ["k3 of coefficient 0"] = GroupObjective.GrpoR1 with { Regulariser = new KlPenalty(0, KlEstimator.K3) },
        ["weights of tokens"] = GroupObjective.GrpoR1 with { Weighting = new Weighting(Aggregation.TokenMean) { Tokens = new AdvantageThreshold(0.45) } },
        ["a correction"] = GroupObjective.GrpoR1 with { OffPolicy = new TokenTruncation(null, 1.1) },
        ["a correction, no penalty"] = GroupObjective.Dapo with { OffPolicy = new TokenMask(0.8, 1.2) },
        ["pruned"] = GroupObjective.CppoPruned,
        ["no region at all"] = GroupObjective.DrGrpo with { Surrogate = new ClippedSurrogate(Ratio.Token, Clip.Symmetric(0)) },
    };

    public static TheoryData<string> Names => [.. Objectives.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Loss_and_gradient_are_those_of_the_operations(string name)
    {
        using var scope = NewDisposeScope();
        Assert.True(ClosedForm.Has(Objectives[name]), name);
        foreach (var inputs in Batches())
        {
            var (wanted, gradient) = Evaluate(Objectives[name], inputs, metrics: true);
            var (found, ours) = Evaluate(Objectives[name], inputs, metrics: false);
            Close.To(wanted.Loss.ToDouble(), found.Loss, 1e-12, name);
            Close.To(wanted.Denominator.ToDouble(), found.Denominator, 1e-12, name);
            Close.To(Close.Numbers(gradient), ours, 1e-12, name);
        }
    }

    [Fact]
    public void Half_precision_gets_a_gradient_of_its_own_type()
    {
        using var scope = NewDisposeScope();
        var inputs = Batches().First();
        foreach (var type in new[] { ScalarType.BFloat16, ScalarType.Float16 })
        {
            var narrow = inputs with { LogProbs = inputs.LogProbs.to(type) };
            var (wanted, gradient) = Evaluate(Objectives["k3"], narrow, metrics: true);
            var (found, ours) = Evaluate(Objectives["k3"], narrow, metrics: false);
            Assert.Equal(type, ours.dtype);
            Close.To(wanted.Loss.ToDouble(), found.Loss, 1e-5, $"{type}");
            Close.To(Close.Numbers(gradient.to(ScalarType.Float64)), ours.to(ScalarType.Float64), 1e-4, $"{type}");
        }
    }

    [Fact]
    public void A_graph_that_is_kept_can_be_walked_again_after_the_result_is_disposed()
    {
        using var scope = NewDisposeScope();
        var leaf = Batches().First().LogProbs.requires_grad_();
        var result = Objectives["k3"].Compute(Batches().First() with { LogProbs = leaf }, metrics: false);
        var doubled = result.Loss * 2;
        result.Dispose();
        doubled.backward(retain_graph: true);
        var once = leaf.grad!.clone();
        doubled.backward();
        Close.To(Close.Numbers(once * 2), leaf.grad!, 1e-12, "twice");
    }

    [Fact]
    public void No_gradient_is_wanted_of_log_probabilities_without_one()
    {
        using var scope = NewDisposeScope();
        var found = Objectives["k3"].Compute(Batches().First(), metrics: false);
        Assert.False(found.Loss.requires_grad);
    }

    private static (LossResult Result, Tensor Gradient) Evaluate(GroupObjective objective, LossInputs inputs, bool metrics)
    {
        var leaf = inputs.LogProbs.detach().clone().requires_grad_();
        var result = objective.Compute(inputs with { LogProbs = leaf }, metrics: metrics);
        (result.Loss * 0.7).backward();
        return (result, leaf.grad!);
    }

    /// <summary>Ratios inside and outside the regions, on their very edge, and beyond what is exponentiated; padded and packed; checked and not.</summary>
    private static IEnumerable<LossInputs> Batches()
    {
        var problem = FusedProblem.Of(12);
        Tensor logProbs;
        using (no_grad())
        {
            logProbs = problem.LogProbs();
        }

        var far = logProbs.clone();
        far[0, 0] -= 30;
        far[1, 0] += 30;
        far[4, 1] += 25;
        far[5, 1] -= 25;
        var padded = problem.Inputs.With(logProbs.masked_fill(problem.Inputs.Mask.logical_not(), double.NaN));
        yield return padded;
        yield return padded with { Validate = false };
        yield return padded with { OldLogProbs = logProbs.clone() };
        yield return padded with { OldLogProbs = far, ReferenceLogProbs = far, Validate = false };
        yield return padded with { Advantages = randn_like(logProbs) };
        var packed = problem.Packed().Inputs;
        yield return packed.With(logProbs.masked_select(problem.Inputs.Mask));
    }
}
