// case: own.261
// expect: GRPO001, GRPO002, GRPO003
// shape: abstract base steps, derived class has advantages and loss, optimiser from a virtual method
using System;
using System.Collections.Generic;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Summarizer.Rl;

public abstract class PolicyTrainerBase
{
    protected readonly nn.Module<Tensor, Tensor> Model;
    protected readonly optim.Optimizer Optimizer;
    protected int InnerSteps = 5;

    protected PolicyTrainerBase(nn.Module<Tensor, Tensor> model, double lr)
    {
        Model = model;
        Optimizer = CreateOptimizer(lr);
    }

    protected virtual optim.Optimizer CreateOptimizer(double lr) => optim.Adam(Model.parameters(), lr);

    protected abstract Tensor ComputeAdvantages(Tensor rewards);

    protected abstract Tensor ComputeLoss(Tensor logProbs, Tensor oldLogProbs, Tensor advantages, Tensor mask);

    public void TrainOn(Tensor ids, Tensor mask, Tensor rewards)
    {
        var advantages = ComputeAdvantages(rewards);
        var oldLogProbs = Frozen(() => LogProbs(ids));
        for (int i = 0; i < InnerSteps; i++)
        {
            Tensor loss = ComputeLoss(LogProbs(ids), oldLogProbs, advantages, mask);
            Model.zero_grad();
            loss.backward();
            OnGradients();
            {|GRPO003:Optimizer.step()|};
        }
        OnFinished();
    }

    protected virtual void OnGradients() { }
    protected virtual void OnFinished() { }

    protected Tensor LogProbs(Tensor ids)
    {
        var logits = Model.call(ids);
        var shifted = logits[.., ..^1];
        var targets = ids[.., 1..];
        return shifted.log_softmax(-1).gather(-1, targets.unsqueeze(-1)).squeeze(-1);
    }

    protected static Tensor Frozen(Func<Tensor> f)
    {
        using (no_grad()) return f();
    }
}

public class GroupTrainer : PolicyTrainerBase
{
    private readonly int _group;
    private int _updates;

    public GroupTrainer(nn.Module<Tensor, Tensor> model, double lr, int group) : base(model, lr) => _group = group;

    protected override optim.Optimizer CreateOptimizer(double lr) => optim.AdamW(Model.parameters(), lr, weight_decay: 0.1);

    protected override Tensor ComputeAdvantages(Tensor rewards)
    {
        var byPrompt = rewards.reshape(-1, _group);
        var mean = byPrompt.mean(new[] { -1L }, keepdim: true);
        var spread = byPrompt.std(-1, keepdim: true);
        return ({|GRPO002:(byPrompt - mean) / (spread + 1e-4)|}).flatten();
    }

    protected override Tensor ComputeLoss(Tensor logProbs, Tensor oldLogProbs, Tensor advantages, Tensor mask)
    {
        var ratio = exp(logProbs - oldLogProbs);
        var adv = advantages.unsqueeze(1);
        var token = -minimum(ratio * adv, clamp(ratio, 0.8, 1.2) * adv);
        return MaskedMean(token, mask).mean();
    }

    private static Tensor MaskedMean(Tensor x, Tensor mask) => {|GRPO001:(x * mask).sum(dim: 1) / mask.sum(dim: 1).clamp(min: 1.0)|};

    protected override void OnGradients() => nn.utils.clip_grad_norm_(Model.parameters(), 0.5);

    protected override void OnFinished()
    {
        _updates++;
        if (_updates % 50 == 0) Model.save($"summarizer-{_updates:D5}.dat");
    }
}
