// case: own.241
// expect: none
// shape: deviation only scales the critic's targets; policy gets centred advantages and one step
using System;
using TorchSharp;
using static TorchSharp.torch;

public class ScaledCritic
{
    private readonly nn.Module<Tensor, Tensor> actor, critic;
    private readonly optim.Optimizer actorOptimizer, criticOptimizer;

    public ScaledCritic(nn.Module<Tensor, Tensor> actor, nn.Module<Tensor, Tensor> critic)
    {
        this.actor = actor;
        this.critic = critic;
        actorOptimizer = optim.Adam(actor.parameters(), 3e-4);
        criticOptimizer = optim.Adam(critic.parameters(), 1e-3);
    }

    public void Update(Tensor obs, Tensor act, Tensor returns, int criticEpochs)
    {
        var target = (returns - returns.mean()) / (returns.std() + 1e-8);
        for (var e = 0; e < criticEpochs; e++)
        {
            var value = critic.call(obs).squeeze(1);
            var loss = (value - target).pow(2).mean();
            criticOptimizer.zero_grad();
            loss.backward();
            criticOptimizer.step();
        }

        var adv = returns - returns.mean();
        var lp = actor.call(obs).log_softmax(-1).gather(1, act.unsqueeze(1)).squeeze(1);
        var policyLoss = -(lp * adv).mean();
        actorOptimizer.zero_grad();
        policyLoss.backward();
        actorOptimizer.step();
    }
}
