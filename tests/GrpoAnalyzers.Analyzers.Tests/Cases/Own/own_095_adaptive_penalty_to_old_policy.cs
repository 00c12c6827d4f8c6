// case: own.095
// expect: none
// shape: clipped surrogate plus a KL penalty to the old policy whose coefficient adapts after every pass
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class AdaptivePenalty
{
    private readonly nn.Module<Tensor, Tensor> pi;
    private readonly optim.Optimizer optimizer;
    private double beta = 0.2;

    public AdaptivePenalty(nn.Module<Tensor, Tensor> pi)
    {
        this.pi = pi;
        optimizer = optim.Adam(pi.parameters(), lr: 3e-4);
    }

    public void Update(Tensor s, Tensor a, Tensor old, Tensor adv, int passes, double target)
    {
        for (var i = 0; i < passes; i++)
        {
            var d = pi.call(s).log_softmax(1).gather(1, a.unsqueeze(1)).squeeze(1) - old;
            var ratio = d.exp();
            var kl = (ratio - 1 - d).mean();
            var loss = -minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean() + beta * kl;
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            var measured = kl.item<float>();
            if (measured > 1.5 * target)
            {
                beta *= 2;
            }
            else if (measured < target / 1.5)
            {
                beta /= 2;
            }
        }
    }
}
