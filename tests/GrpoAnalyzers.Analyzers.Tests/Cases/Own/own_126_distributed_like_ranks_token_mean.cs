// case: own.126
// expect: none
// shape: emulated data-parallel ranks: numerators and counts are summed over ranks before one division
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Ranks;

public sealed class RankBatch
{
    public Tensor Ids = null!;
    public Tensor Mask = null!;
    public Tensor Old = null!;
    public Tensor Rewards = null!;
}

public sealed class RankedTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;
    private readonly int group;

    public RankedTrainer(nn.Module<Tensor, Tensor> model, int group)
    {
        this.model = model;
        this.group = group;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    private (Tensor numerator, Tensor count) Local(RankBatch b)
    {
        var r = b.Rewards.view(-1, group);
        var adv = ((r - r.mean(new long[] { 1 }, keepdim: true)) * ((double)group / (group - 1))).view(-1, 1);
        var lp = model.call(b.Ids).log_softmax(-1).gather(-1, b.Ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - b.Old).exp();
        var perToken = maximum(-adv * ratio, -adv * ratio.clamp(0.8, 1.28));
        return ((perToken * b.Mask).sum(1).sum(), b.Mask.sum(1).sum());
    }

    public float Step(IReadOnlyList<RankBatch> ranks)
    {
        var numerators = new List<Tensor>();
        var counts = new List<Tensor>();
        foreach (var rank in ranks)
        {
            var (n, c) = Local(rank);
            numerators.Add(n);
            counts.Add(c);
        }

        var loss = stack(numerators).sum() / stack(counts).sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return loss.item<float>();
    }
}
