// case: own.021
// expect: GRPO002
// shape: DAPO: clip higher, token mean, dynamic sampling drops degenerate groups but the rest is divided by std
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class DapoTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;
    private readonly int g;

    public DapoTrainer(nn.Module<Tensor, Tensor> model, int groupSize)
    {
        this.model = model;
        g = groupSize;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6, weight_decay: 0.1);
    }

    private static Tensor OverlongPenalty(Tensor lengths, float max, float cache)
        => ((max - cache - lengths) / cache).clamp(-1, 0);

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor correct)
    {
        var lengths = mask.sum(1);
        var rewards = (correct + OverlongPenalty(lengths, 20480, 4096)).view(-1, g);
        var solved = correct.view(-1, g).sum(1);
        var keepGroups = solved.gt(0) & solved.lt(g);
        var mean = rewards.mean(new long[] { 1 }, keepdim: true);
        var std = rewards.std(1, keepdim: true);
        var adv = {|GRPO002:(rewards - mean) / (std + 1e-8)|};
        var rows = keepGroups.repeat_interleave(g).nonzero().squeeze(1);
        if (rows.numel() == 0)
        {
            return;
        }

        var x = ids.index_select(0, rows);
        var m = mask.index_select(0, rows);
        var a = adv.flatten().index_select(0, rows).unsqueeze(1);
        var lp = model.call(x).log_softmax(-1).gather(-1, x.unsqueeze(-1)).squeeze(-1);
        var ratio = exp(lp - old.index_select(0, rows));
        var pt = -minimum(ratio * a, ratio.clamp(1 - 0.2, 1 + 0.28) * a);
        var loss = (pt * m).sum() / m.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
