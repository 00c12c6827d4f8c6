// case: own.075
// expect: none
// shape: group std with plain SGD: the scale matters there
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class SgdGroups
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer sgd;

    public SgdGroups(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        sgd = optim.SGD(model.parameters(), 1e-3);
    }

    public void Step(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int g)
    {
        var r = rewards.view(-1, g);
        var adv = ((r - r.mean(new long[] { 1 }, keepdim: true)) / (r.std(1, keepdim: true) + 1e-4)).view(-1, 1);
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - old).exp();
        var loss = -(minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv) * mask).sum() / mask.sum();
        sgd.zero_grad();
        loss.backward();
        sgd.step();
    }
}
