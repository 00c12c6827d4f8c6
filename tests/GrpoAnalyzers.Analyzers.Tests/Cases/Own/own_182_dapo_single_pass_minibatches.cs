// case: own.182
// expect: none
// shape: DAPO: dynamic sampling by deviation, token mean over each minibatch, one pass over disjoint rows, centring only
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public sealed record Group(Tensor Ids, Tensor Mask, Tensor LogProbs, Tensor Rewards);

public sealed class DapoTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;
    private readonly Func<Group> next;

    public DapoTrainer(nn.Module<Tensor, Tensor> lm, Func<Group> next)
    {
        this.lm = lm;
        this.next = next;
        optimizer = optim.AdamW(lm.parameters(), lr: 1e-6);
    }

    private List<Group> CollectUseful(int wanted)
    {
        var kept = new List<Group>();
        while (kept.Count < wanted)
        {
            var g = next();
            if (g.Rewards.std().item<float>() > 1e-6f)
                kept.Add(g);
        }

        return kept;
    }

    public void Round(int groups, long miniBatch)
    {
        var kept = CollectUseful(groups);
        var ids = cat(kept.Select(g => g.Ids).ToArray());
        var mask = cat(kept.Select(g => g.Mask).ToArray());
        var old = cat(kept.Select(g => g.LogProbs).ToArray());
        var adv = cat(kept.Select(g => g.Rewards - g.Rewards.mean()).ToArray()).unsqueeze(1);
        foreach (var rows in randperm(ids.shape[0]).split(miniBatch))
        {
            using var scope = NewDisposeScope();
            var x = ids.index_select(0, rows);
            var m = mask.index_select(0, rows);
            var a = adv.index_select(0, rows);
            var lp = lm.call(x).log_softmax(-1).gather(-1, x.unsqueeze(-1)).squeeze(-1);
            var r = exp(lp - old.index_select(0, rows));
            var loss = -(minimum(r * a, r.clamp(0.8, 1.28) * a) * m).sum() / m.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
