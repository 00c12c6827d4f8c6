// case: own.066
// expect: none
// shape: the critic's loss is averaged per sequence, the policy loss over all tokens, one pass
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class CriticRowMean
{
    private readonly nn.Module<Tensor, Tensor> actor;
    private readonly nn.Module<Tensor, Tensor> critic;
    private readonly optim.Optimizer actorOpt;
    private readonly optim.Optimizer criticOpt;

    public CriticRowMean(nn.Module<Tensor, Tensor> actor, nn.Module<Tensor, Tensor> critic)
    {
        this.actor = actor;
        this.critic = critic;
        actorOpt = optim.Adam(actor.parameters(), lr: 1e-6);
        criticOpt = optim.Adam(critic.parameters(), lr: 9e-6);
    }

    public void Step(Tensor ids, Tensor mask, Tensor old, Tensor adv, Tensor returns)
    {
        var values = critic.call(ids).squeeze(-1);
        var squared = (values - returns).pow(2) * mask;
        var valueLoss = 0.5 * (squared.sum(1) / mask.sum(1)).mean();
        criticOpt.zero_grad();
        valueLoss.backward();
        criticOpt.step();

        var lp = actor.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - old).exp();
        var policyLoss = (maximum(-adv * ratio, -adv * ratio.clamp(0.8, 1.2)) * mask).sum() / mask.sum();
        actorOpt.zero_grad();
        policyLoss.backward();
        actorOpt.step();
    }
}
