// case: own.076
// expect: none
// shape: float deviations with RMSProp, which is not of the Adam family
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class RmsGroups
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public RmsGroups(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.RMSProp(model.parameters(), lr: 1e-4, alpha: 0.95, momentum: 0.9);
    }

    public void Step(Tensor ids, Tensor mask, float[] rewards)
    {
        var mean = rewards.Average();
        var std = MathF.Sqrt(rewards.Sum(x => (x - mean) * (x - mean)) / rewards.Length);
        var adv = tensor(rewards.Select(x => (x - mean) / (std + 1e-6f)).ToArray()).unsqueeze(1);
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var loss = -(adv * lp * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
