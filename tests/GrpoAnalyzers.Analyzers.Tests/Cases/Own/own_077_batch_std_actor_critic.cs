// case: own.077
// expect: none
// shape: actor-critic with a value function: advantages standardised over the whole batch, one step a rollout
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class A2cNormalised
{
    private readonly nn.Module<Tensor, Tensor> actor;
    private readonly nn.Module<Tensor, Tensor> critic;
    private readonly optim.Optimizer optimizer;

    public A2cNormalised(nn.Module<Tensor, Tensor> actor, nn.Module<Tensor, Tensor> critic)
    {
        this.actor = actor;
        this.critic = critic;
        optimizer = optim.Adam(actor.parameters().Concat(critic.parameters()), lr: 7e-4);
    }

    public void Update(Tensor obs, Tensor actions, Tensor returns)
    {
        var values = critic.call(obs).squeeze(1);
        var adv = (returns - values).detach();
        adv = (adv - adv.mean()) / (adv.std() + 1e-8);
        var logp = actor.call(obs).log_softmax(1).gather(1, actions.unsqueeze(1)).squeeze(1);
        var loss = -(adv * logp).mean() + 0.5 * nn.functional.mse_loss(values, returns);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
