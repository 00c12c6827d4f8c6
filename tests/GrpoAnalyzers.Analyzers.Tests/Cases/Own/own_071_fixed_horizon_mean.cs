// case: own.071
// expect: none
// shape: control rollouts [T, N] with a fixed horizon: mean over both axes, one step per rollout
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class FixedHorizonA2c
{
    private readonly nn.Module<Tensor, Tensor> actor;
    private readonly nn.Module<Tensor, Tensor> critic;
    private readonly optim.Optimizer optimizer;

    public FixedHorizonA2c(nn.Module<Tensor, Tensor> actor, nn.Module<Tensor, Tensor> critic)
    {
        this.actor = actor;
        this.critic = critic;
        optimizer = optim.Adam(actor.parameters().Concat(critic.parameters()), lr: 7e-4);
    }

    public void Update(Tensor obs, Tensor actions, Tensor rewards, Tensor bootstrap, int horizon)
    {
        var values = critic.call(obs).squeeze(-1);
        var targets = new Tensor[horizon];
        var next = bootstrap;
        for (var t = horizon - 1; t >= 0; t--)
        {
            next = rewards[t] + 0.99 * next;
            targets[t] = next;
        }

        var ret = stack(targets);
        var adv = (ret - values).detach();
        var dist = distributions.Categorical(logits: actor.call(obs));
        var policyLoss = -(dist.log_prob(actions) * adv).mean(new long[] { 0 }).mean();
        var loss = policyLoss + 0.5 * (ret - values).pow(2).mean() - 0.01 * dist.entropy().mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
