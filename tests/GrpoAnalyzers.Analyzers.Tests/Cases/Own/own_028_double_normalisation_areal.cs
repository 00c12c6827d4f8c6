// case: own.028
// expect: GRPO002
// shape: rewards by group std, then batch-wide centring; the group division is the defect
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class DoubleNorm
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public DoubleNorm(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.Adam(model.parameters(), lr: 2e-5, beta1: 0.9, beta2: 0.999);
    }

    public void Update(Tensor ids, Tensor lossMask, Tensor proximal, Tensor behaviour, Tensor rewards, long groupSize)
    {
        var groups = rewards.chunk(rewards.shape[0] / groupSize, 0);
        var normalised = new List<Tensor>();
        foreach (var g in groups)
        {
            var c = g - g.mean();
            normalised.Add({|GRPO002:c / (c.pow(2).mean().sqrt() + 1e-5)|});
        }

        var perSequence = cat(normalised);
        var adv = (perSequence - perSequence.mean()).unsqueeze(1);
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - proximal).exp();
        var pg = -minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv);
        var behaviourWeight = (proximal - behaviour).exp().detach();
        var loss = (pg * behaviourWeight * lossMask).sum() / lossMask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
