// case: held.009
// expect: GRPO001
// shape: padding becomes NaN, rows are averaged with nanmean
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class NanPadTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer adamax;

    public NanPadTrainer(nn.Module<Tensor, Tensor> lm)
    {
        this.lm = lm;
        adamax = optim.Adamax(lm.parameters(), lr: 1e-5);
    }

    public void Go(Tensor ids, Tensor mask, Tensor old, Tensor rew)
    {
        var a = (rew - rew.mean()).unsqueeze(1);
        var lp = lm.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var r = (lp - old).exp();
        var obj = minimum(r * a, r.clamp(0.8, 1.2) * a);
        var visible = obj.masked_fill(mask.eq(0), float.NaN);
        var loss = -{|GRPO001:visible.nanmean(1)|}.mean();
        adamax.zero_grad();
        loss.backward();
        adamax.step();
    }
}
