// case: own.081
// expect: none
// shape: only the critic's targets are standardised; the policy uses raw GAE
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class TargetNormaliser
{
    private readonly nn.Module<Tensor, Tensor> actor;
    private readonly nn.Module<Tensor, Tensor> critic;
    private readonly optim.Optimizer actorOpt;
    private readonly optim.Optimizer criticOpt;

    public TargetNormaliser(nn.Module<Tensor, Tensor> actor, nn.Module<Tensor, Tensor> critic)
    {
        this.actor = actor;
        this.critic = critic;
        actorOpt = optim.Adam(actor.parameters(), lr: 3e-4);
        criticOpt = optim.Adam(critic.parameters(), lr: 3e-4);
    }

    public void Update(Tensor s, Tensor a, Tensor returns, Tensor oldValues)
    {
        var targets = (returns - returns.mean()) / (returns.std() + 1e-8);
        for (var i = 0; i < 10; i++)
        {
            var valueLoss = nn.functional.huber_loss(critic.call(s).squeeze(1), targets);
            criticOpt.zero_grad();
            valueLoss.backward();
            criticOpt.step();
        }

        var adv = (returns - oldValues).detach();
        var logp = actor.call(s).log_softmax(1).gather(1, a.unsqueeze(1)).squeeze(1);
        var policyLoss = -(logp * adv).mean();
        actorOpt.zero_grad();
        policyLoss.backward();
        actorOpt.step();
    }
}
