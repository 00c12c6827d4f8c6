// case: own.108
// expect: none
// shape: PPO penalty variant: ratio without clip and a fixed KL penalty to the old policy, several passes
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class PenaltyPpo
{
    private readonly nn.Module<Tensor, Tensor> pi;
    private readonly optim.Optimizer optimizer;

    public PenaltyPpo(nn.Module<Tensor, Tensor> pi)
    {
        this.pi = pi;
        optimizer = optim.Adam(pi.parameters(), lr: 3e-4);
    }

    public void Update(Tensor s, Tensor a, Tensor old, Tensor adv, int passes)
    {
        for (var i = 0; i < passes; i++)
        {
            var d = pi.call(s).log_softmax(1).gather(1, a.unsqueeze(1)).squeeze(1) - old;
            var ratio = d.exp();
            var loss = -(ratio * adv).mean() + 1.0 * (ratio - 1 - d).mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
