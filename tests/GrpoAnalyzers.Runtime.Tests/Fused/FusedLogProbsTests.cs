namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>Log-probabilities for losses of the user's own.</summary>
public class FusedLogProbsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Any_loss_can_be_put_on_top(bool frozen)
    {
        using var scope = NewDisposeScope();
        var problem = FusedProblem.Of(21, 2, bias: true, temperature: 0.9, softCap: 4);
        var mask = problem.Inputs.Mask;
        Tensor Loss(Tensor logProbs) => (logProbs.masked_fill(mask.logical_not(), 0).sum(1).square() * 0.3).sum();
        var plain = problem.As(ScalarType.Float64, frozen);
        var wanted = plain.LogProbs().masked_fill(mask.logical_not(), 0);
        Loss(wanted).backward();
        foreach (var chunk in new int?[] { null, 4 })
        {
            var ours = problem.As(ScalarType.Float64, frozen);
            var options = new FusedOptions { ChunkRows = chunk, Entropy = true };
            using var found = FusedLogProbs.Compute(ours.Hidden, ours.Head, ours.Inputs.Targets, mask, options);
            Close.To(Close.Numbers(wanted), found.LogProbs, 1e-11, "log-probabilities");
            Close.To(Close.Numbers(plain.Entropy()), found.Entropy!, 1e-11, "entropies");
            Loss(found.LogProbs).backward();
            foreach (var (name, gradient) in plain.Gradients())
            {
                Close.To(Close.Numbers(gradient), ours.Gradients()[name], 1e-10, name);
            }

            Assert.Equal(!frozen, ours.Weight.grad is not null);
        }
    }

    [Fact]
    public void Without_a_gradient_there_is_no_graph()
    {
        using var scope = NewDisposeScope();
        var ours = FusedProblem.Of(22).As(ScalarType.Float64);
        using (no_grad())
        {
            Assert.False(FusedLogProbs.Compute(ours.Hidden, ours.Head, ours.Inputs.Targets, ours.Inputs.Mask).LogProbs.requires_grad);
            Assert.False(FusedLoss.Compute(GroupObjective.DrGrpo, ours.Hidden, ours.Head, ours.Inputs).Loss.requires_grad);
        }

        var fixedHidden = ours.Hidden.detach();
        using var onlyHead = FusedLogProbs.Compute(fixedHidden, ours.Head, ours.Inputs.Targets, ours.Inputs.Mask);
        onlyHead.LogProbs.sum().backward();
        Assert.True(ours.Weight.grad!.abs().sum().ToDouble() > 0);
        Assert.Null(ours.Hidden.grad);
    }

    [Fact]
    public void Nearly_certain_tokens_keep_their_digits()
    {
        // one logit 30 above the others: log p = -log(1 + 9 e^-30), about -8.4e-13, which 1 - p in float32 has lost
        using var scope = NewDisposeScope();
        var weight = zeros([10, 1]);
        weight[3, 0] = tensor(1f);
        using var found = FusedLogProbs.Compute(full([1, 1], 30f), new LmHead(weight), tensor(new long[] { 3 }), ones([1], ScalarType.Bool));
        var exact = -9 * Math.Exp(-30);
        Assert.InRange(found.LogProbs.to(ScalarType.Float64).ToDouble() / exact, 1 - 1e-5, 1 + 1e-5);
    }
}
