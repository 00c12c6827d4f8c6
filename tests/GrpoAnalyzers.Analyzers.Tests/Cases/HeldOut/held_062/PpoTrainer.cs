// case: held.062
// expect: GRPO001, GRPO002
// shape: experience maker, loss module and trainer in three files; group_norm estimator by string with default, sample-level loss
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Rlhf;

public sealed class PpoTrainer
{
    private readonly nn.Module<Tensor, Tensor> actor;
    private readonly optim.Optimizer actorOptimizer;
    private readonly PolicyLoss lossFunction;
    private readonly ExperienceMaker maker;

    public PpoTrainer(nn.Module<Tensor, Tensor> actor, ExperienceMaker maker)
    {
        this.actor = actor;
        this.maker = maker;
        lossFunction = new PolicyLoss(0.2, 0.28);
        actorOptimizer = optim.Adam(actor.parameters(), lr: 5e-7, beta1: 0.9, beta2: 0.95);
    }

    public void Fit(IEnumerable<Rollout> rollouts)
    {
        foreach (var rollout in rollouts)
        {
            var advantages = {|GRPO002:maker.Advantages(rollout)|};
            var lp = actor.call(rollout.Sequences).log_softmax(-1).gather(-1, rollout.Sequences.unsqueeze(-1)).squeeze(-1);
            var loss = {|GRPO001:lossFunction.call(lp, rollout.ActionLogProbs, advantages, rollout.ActionMask)|};
            actorOptimizer.zero_grad();
            loss.backward();
            nn.utils.clip_grad_norm_(actor.parameters(), 1.0);
            actorOptimizer.step();
        }
    }
}
