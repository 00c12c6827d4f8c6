// case: own.135
// expect: none
// shape: actor and critic, whole-batch whitening, KL in the loop condition
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace Probe08;

public sealed class ActorCritic
{
    private readonly nn.Module<Tensor, Tensor> actor;
    private readonly nn.Module<Tensor, Tensor> critic;
    private readonly optim.Optimizer optimizer;

    public ActorCritic(nn.Module<Tensor, Tensor> actor, nn.Module<Tensor, Tensor> critic)
    {
        this.actor = actor;
        this.critic = critic;
        var all = new List<TorchSharp.Modules.Parameter>(actor.parameters());
        all.AddRange(critic.parameters());
        optimizer = optim.Adam(all, 3e-4);
    }

    public void Update(Tensor obs, Tensor actions, Tensor oldLogProb, Tensor returns, Tensor values)
    {
        var adv = returns - values;
        adv = (adv - adv.mean()) / (adv.std() + 1e-8);
        var approxKl = 0.0;
        for (int epoch = 0; epoch < 10 && approxKl < 0.015; epoch++)
        {
            var logits = actor.call(obs);
            var dist = distributions.Categorical(logits: logits);
            var lp = dist.log_prob(actions);
            var ratio = (lp - oldLogProb).exp();
            var policyLoss = -min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
            var valueLoss = (critic.call(obs).squeeze(-1) - returns).pow(2).mean();
            var loss = policyLoss + 0.5 * valueLoss - 0.01 * dist.entropy().mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            approxKl = (oldLogProb - lp).mean().item<float>();
        }
    }
}
