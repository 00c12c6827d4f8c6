// case: own.074
// expect: none
// shape: denoising policy: the sum over a constant number of steps is divided by that constant
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class DenoisingPolicy
{
    private const int Steps = 10;
    private readonly nn.Module<Tensor, Tensor> net;
    private readonly optim.Optimizer optimizer;

    public DenoisingPolicy(nn.Module<Tensor, Tensor> net)
    {
        this.net = net;
        optimizer = optim.AdamW(net.parameters(), lr: 1e-5);
    }

    public void Update(Tensor[] x, Tensor[] next, Tensor[] oldLp, Tensor rewards)
    {
        var adv = rewards - rewards.mean();
        var loss = zeros(1);
        for (var k = 0; k < Steps; k++)
        {
            var lp = -(next[k] - net.call(x[k])).pow(2).sum(1) / 2;
            var ratio = (lp - oldLp[k]).exp();
            loss = loss - minimum(ratio * adv, ratio.clamp(0.9, 1.1) * adv).mean() / Steps;
        }

        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
