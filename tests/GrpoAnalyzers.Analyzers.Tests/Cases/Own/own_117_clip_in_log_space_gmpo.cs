// case: own.117
// expect: GRPO001, GRPO002
// shape: token ratios clipped one-sided in log space, then a row mean of the plain policy-gradient term
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class LogSpaceTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public LogSpaceTrainer(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    public void Step(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int n)
    {
        var grid = rewards.view(-1, n);
        var centred = grid - grid.mean(new long[] { -1 }, keepdim: true);
        var adv = {|GRPO002:centred / centred.square().sum(-1, keepdim: true).div(n - 1).add(1e-8).sqrt()|};
        var a = adv.flatten().unsqueeze(1);
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var delta = lp - old;
        var bounded = where(a.gt(0), delta.clamp(max: 0.4), delta.clamp(min: -0.4));
        var perToken = bounded.exp() * a * mask;
        var loss = -{|GRPO001:(perToken.sum(1) / mask.sum(1))|}.mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
