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

    /// <summary>A vocabulary of which a few rows fill the cache, so that a chunk is passed over in several pieces, the last one smaller.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(5.0)]
    public void Large_vocabularies_are_passed_over_in_pieces(double? cap)
    {
        using var scope = NewDisposeScope();
        manual_seed(23);
        const int tokens = 7, vocabulary = 100_000;
        var (states, matrix) = (randn([tokens, 3], ScalarType.Float64) * 2, randn([vocabulary, 3], ScalarType.Float64));
        var targets = randint(0, vocabulary, [tokens], ScalarType.Int64);
        var weights = randn([tokens], ScalarType.Float64);
        (Tensor, Tensor) Leaves() => (states.clone().requires_grad_(), matrix.clone().requires_grad_());

        var (hidden, weight) = Leaves();
        var inner = hidden.matmul(weight.t());
        var all = (cap is { } bound ? (inner / bound).tanh() * bound : inner).log_softmax(-1);
        var wanted = all.gather(1, targets.unsqueeze(1)).squeeze(1);
        (wanted * weights).sum().backward();

        var (ownHidden, ownWeight) = Leaves();
        var options = new FusedOptions { ChunkRows = 5, Entropy = true };
        using var found = FusedLogProbs.Compute(ownHidden, new LmHead(ownWeight) { SoftCap = cap }, targets, ones([tokens], ScalarType.Bool), options);
        (found.LogProbs * weights).sum().backward();
        Close.To(Close.Numbers(wanted), found.LogProbs, 1e-12, "log-probabilities");
        Close.To(Close.Numbers((all.exp() * all).sum(1).neg()), found.Entropy!, 1e-12, "entropies");
        Close.To(Close.Numbers(hidden.grad!), ownHidden.grad!, 1e-12, "hidden states");
        Close.To(0, (weight.grad! - ownWeight.grad!).abs().max(), 1e-12, "weight");
        Assert.True(weight.grad!.abs().max().ToDouble() > 0.1);
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
