// case: own.085
// expect: none
// shape: advantages are centred ranks inside the group
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class RankTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public RankTrainer(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    private static float[] Ranks(float[] rewards)
    {
        var order = rewards.Select((r, i) => (r, i)).OrderBy(p => p.r).Select(p => p.i).ToArray();
        var ranks = new float[rewards.Length];
        for (var k = 0; k < order.Length; k++)
        {
            ranks[order[k]] = (float)k / (rewards.Length - 1) - 0.5f;
        }

        return ranks;
    }

    public void Step(Tensor ids, Tensor mask, Tensor old, float[] rewards)
    {
        var adv = tensor(Ranks(rewards)).unsqueeze(1);
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - old).exp();
        var loss = -(minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv) * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
