// case: own.078
// expect: none
// shape: std decides which groups are kept, nothing is divided by it
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class FilterGroups
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public FilterGroups(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    public bool Step(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int g)
    {
        var grid = rewards.view(-1, g);
        var informative = grid.std(1, unbiased: false).gt(1e-6);
        if (!informative.any().item<bool>())
        {
            return false;
        }

        var keep = informative.repeat_interleave(g);
        var rows = keep.nonzero().flatten();
        var centred = (grid - grid.mean(new long[] { 1 }, keepdim: true)).flatten().index_select(0, rows).unsqueeze(1);
        var x = ids.index_select(0, rows);
        var m = mask.index_select(0, rows);
        var lp = model.call(x).log_softmax(-1).gather(-1, x.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - old.index_select(0, rows)).exp();
        var loss = -(minimum(ratio * centred, ratio.clamp(0.8, 1.28) * centred) * m).sum() / m.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return true;
    }
}
