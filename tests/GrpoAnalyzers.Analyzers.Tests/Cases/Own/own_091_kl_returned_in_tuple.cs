// case: own.091
// expect: none
// shape: the minibatch method returns loss and KL, the caller leaves both loops
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class TupleGuard
{
    private readonly nn.Module<Tensor, Tensor> pi;
    private readonly optim.Optimizer optimizer;
    private readonly float limit = 0.015f;

    public TupleGuard(nn.Module<Tensor, Tensor> pi)
    {
        this.pi = pi;
        optimizer = optim.Adam(pi.parameters(), lr: 3e-4);
    }

    private (float Loss, float Kl) Minibatch(Tensor s, Tensor a, Tensor lp, Tensor adv)
    {
        var now = pi.call(s).log_softmax(-1).gather(-1, a.unsqueeze(-1)).squeeze(-1);
        var ratio = (now - lp).exp();
        var loss = -minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return (loss.item<float>(), (lp - now.detach()).mean().item<float>());
    }

    public void Train(IReadOnlyList<(Tensor s, Tensor a, Tensor lp, Tensor adv)> minibatches, int epochs)
    {
        for (var e = 0; e < epochs; e++)
        {
            foreach (var (s, a, lp, adv) in minibatches)
            {
                var result = Minibatch(s, a, lp, adv);
                if (result.Kl > limit)
                {
                    return;
                }
            }
        }
    }
}
