// case: own.084
// expect: none
// shape: scaled by the group's range, and by the mean absolute deviation in the other branch
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class RangeScaled
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;
    private readonly bool robust;

    public RangeScaled(nn.Module<Tensor, Tensor> model, bool robust)
    {
        this.model = model;
        this.robust = robust;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    public void Step(Tensor ids, Tensor mask, float[] rewards)
    {
        var mean = rewards.Average();
        var scale = robust
            ? rewards.Select(r => MathF.Abs(r - mean)).Average()
            : rewards.Max() - rewards.Min();
        var adv = tensor(rewards.Select(r => (r - mean) / (scale + 1e-6f)).ToArray()).unsqueeze(1);
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var loss = -(adv * lp * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
