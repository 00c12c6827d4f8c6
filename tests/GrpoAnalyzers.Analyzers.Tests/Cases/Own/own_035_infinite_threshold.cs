// case: own.035
// expect: GRPO003
// shape: a KL test is present, but its constant threshold can never be reached
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class UnreachableGuard
{
    private const float TargetKl = float.MaxValue;
    private readonly nn.Module<Tensor, Tensor> actor;
    private readonly double sigma = 0.3;
    private readonly optim.Optimizer opt;

    public UnreachableGuard(nn.Module<Tensor, Tensor> actor)
    {
        this.actor = actor;
        opt = optim.Adam(actor.parameters(), lr: 3e-4);
    }

    public void Update(Tensor s, Tensor a, Tensor oldLogp, Tensor adv)
    {
        for (var i = 0; i < 80; i++)
        {
            var logp = -((a - actor.call(s).tanh()) / sigma).pow(2).sum(-1) / 2;
            var diff = logp - oldLogp;
            var ratio = diff.exp();
            var loss = -(minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv)).mean();
            var kl = (ratio - 1 - diff).mean();
            if (kl.item<float>() > TargetKl)
            {
                break;
            }

            opt.zero_grad();
            loss.backward();
            {|GRPO003:opt.step()|};
        }
    }
}
