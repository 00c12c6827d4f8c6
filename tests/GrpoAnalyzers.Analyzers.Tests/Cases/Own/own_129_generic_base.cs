// case: own.129
// expect: GRPO002, GRPO003
// shape: a generic base trainer steps, a derived class gives the loss; reciprocal root of the variance
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Probe02;

public record Experience(Tensor Tokens, Tensor ActionMask, Tensor Behaviour, Tensor Returns);

public sealed record TrainingOptions
{
    public int InnerEpochs { get; init; } = 3;
    public double ClipLow { get; init; } = 0.2;
    public double ClipHigh { get; init; } = 0.2;
    public double LearningRate { get; init; } = 5e-6;
    public int Group { get; init; } = 16;
}

public abstract class PolicyTrainer<TBatch>
{
    protected readonly Module<Tensor, Tensor> Model;
    protected readonly TrainingOptions Options;
    private readonly optim.Optimizer optimizer;

    protected PolicyTrainer(Module<Tensor, Tensor> model, TrainingOptions options)
    {
        Model = model;
        Options = options;
        optimizer = CreateOptimizer(model, options);
    }

    protected virtual optim.Optimizer CreateOptimizer(Module model, TrainingOptions options) =>
        optim.Adam(model.parameters(), options.LearningRate, 0.9, 0.95);

    protected abstract Tensor ComputeLoss(TBatch batch);

    public void Learn(IEnumerable<TBatch> stream)
    {
        foreach (var batch in stream)
        {
            for (int e = 0; e < Options.InnerEpochs; ++e)
            {
                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                using var loss = ComputeLoss(batch);
                loss.backward();
                {|GRPO003:optimizer.step()|};
            }
        }
    }
}

public sealed class GroupRelativeTrainer : PolicyTrainer<Experience>
{
    public GroupRelativeTrainer(Module<Tensor, Tensor> model, TrainingOptions options) : base(model, options) { }

    protected override Tensor ComputeLoss(Experience e)
    {
        var logp = Model.forward(e.Tokens).log_softmax(-1).gather(-1, e.Tokens.unsqueeze(-1)).squeeze(-1);
        var adv = Advantage(e.Returns);
        var ratio = exp(logp - e.Behaviour);
        var unclipped = ratio * adv;
        var bounded = clamp(ratio, 1 - Options.ClipLow, 1 + Options.ClipHigh) * adv;
        var perToken = -minimum(unclipped, bounded);
        return (perToken * e.ActionMask).sum() / e.ActionMask.sum();
    }

    private Tensor Advantage(Tensor returns)
    {
        var g = returns.reshape(-1, Options.Group);
        var centred = g - g.mean(new long[] { -1 }, keepdim: true);
        var variance = centred.square().mean(new long[] { -1 }, keepdim: true);
        return {|GRPO002:centred * (variance + 1e-8).rsqrt()|}.reshape(-1, 1);
    }
}
