// case: held.003
// expect: none
// shape: centred advantages divided by the largest absolute value
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class MaxScaled
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public MaxScaled(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    public void Step(Tensor ids, Tensor mask, Tensor rewards, int g)
    {
        var r = rewards.view(-1, g);
        var d = r - r.mean(new long[] { 1 }, keepdim: true);
        var adv = (d / (d.abs().max(1, keepdim: true).values + 1e-6)).view(-1, 1);
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var loss = -(adv * lp * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
