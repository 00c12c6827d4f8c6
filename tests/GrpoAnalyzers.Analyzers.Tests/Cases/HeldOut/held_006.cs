// case: held.006
// expect: none
// shape: SAC: minimum of twin critics over many gradient steps
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class SacAgent
{
    private readonly nn.Module<Tensor, Tensor> actor;
    private readonly nn.Module<Tensor, Tensor, Tensor> q1;
    private readonly nn.Module<Tensor, Tensor, Tensor> q2;
    private readonly optim.Optimizer actorOpt;
    private readonly optim.Optimizer criticOpt;
    private readonly double alpha = 0.2;

    public SacAgent(nn.Module<Tensor, Tensor> actor, nn.Module<Tensor, Tensor, Tensor> q1, nn.Module<Tensor, Tensor, Tensor> q2)
    {
        this.actor = actor;
        this.q1 = q1;
        this.q2 = q2;
        actorOpt = optim.Adam(actor.parameters(), lr: 3e-4);
        criticOpt = optim.Adam(q1.parameters().Concat(q2.parameters()), lr: 3e-4);
    }

    private (Tensor action, Tensor logp) Sample(Tensor s)
    {
        var output = actor.call(s);
        var mu = output.select(-1, 0);
        var std = output.select(-1, 1).clamp(-20, 2).exp();
        var noise = randn_like(mu);
        var u = mu + std * noise;
        var logp = -(noise.pow(2) / 2) - std.log() - (1 - u.tanh().pow(2) + 1e-6).log();
        return (u.tanh(), logp);
    }

    public void Train(Tensor s, Tensor a, Tensor r, Tensor s2, Tensor done, int gradientSteps)
    {
        for (var i = 0; i < gradientSteps; i++)
        {
            Tensor y;
            using (no_grad())
            {
                var (a2, lp2) = Sample(s2);
                y = r + 0.99 * (1 - done) * (torch.min(q1.call(s2, a2), q2.call(s2, a2)) - alpha * lp2);
            }

            var criticLoss = (q1.call(s, a) - y).pow(2).mean() + (q2.call(s, a) - y).pow(2).mean();
            criticOpt.zero_grad();
            criticLoss.backward();
            criticOpt.step();

            var (pa, lp) = Sample(s);
            var actorLoss = (alpha * lp - torch.min(q1.call(s, pa), q2.call(s, pa))).mean();
            actorOpt.zero_grad();
            actorLoss.backward();
            actorOpt.step();
        }
    }
}
