// case: held.024
// expect: none
// shape: token-level PPO with a value head: advantages whitened over the batch, one pass
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class WhitenedRlhf
{
    private readonly nn.Module<Tensor, Tensor> actor;
    private readonly nn.Module<Tensor, Tensor> critic;
    private readonly optim.Optimizer actorOpt;
    private readonly optim.Optimizer criticOpt;

    public WhitenedRlhf(nn.Module<Tensor, Tensor> actor, nn.Module<Tensor, Tensor> critic)
    {
        this.actor = actor;
        this.critic = critic;
        actorOpt = optim.Adam(actor.parameters(), lr: 1e-6, beta2: 0.95);
        criticOpt = optim.Adam(critic.parameters(), lr: 9e-6, beta2: 0.95);
    }

    public void Step(Tensor ids, Tensor mask, Tensor oldLp, Tensor oldValues, Tensor tokenRewards)
    {
        var adv = zeros_like(tokenRewards);
        var last = zeros(ids.shape[0]);
        for (var t = ids.shape[1] - 1; t >= 0; t--)
        {
            var nextValue = t == ids.shape[1] - 1 ? zeros_like(last) : oldValues.select(1, t + 1);
            last = tokenRewards.select(1, t) + nextValue - oldValues.select(1, t) + 0.95 * last;
            adv.select(1, t).copy_(last);
        }

        var returns = adv + oldValues;
        var n = mask.sum();
        var mean = (adv * mask).sum() / n;
        var variance = ((adv - mean).pow(2) * mask).sum() / n;
        adv = (adv - mean) / (variance + 1e-8).sqrt();

        var lp = actor.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - oldLp).exp();
        var pg = (maximum(-adv * ratio, -adv * ratio.clamp(0.8, 1.2)) * mask).sum() / n;
        actorOpt.zero_grad();
        pg.backward();
        actorOpt.step();

        var v = critic.call(ids).squeeze(-1);
        var vf = ((v - returns).pow(2) * mask).sum() / n;
        criticOpt.zero_grad();
        vf.backward();
        criticOpt.step();
    }
}
