// case: own.103
// expect: none
// shape: several backward calls over micro-batches, one step after the loop
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class OneStepAfterLoop
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public OneStepAfterLoop(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv, int parts)
    {
        var total = mask.sum();
        optimizer.zero_grad();
        var xs = ids.chunk(parts);
        var ms = mask.chunk(parts);
        var os = old.chunk(parts);
        var advantages = adv.chunk(parts);
        for (var i = 0; i < xs.Length; i++)
        {
            var lp = model.call(xs[i]).log_softmax(-1).gather(-1, xs[i].unsqueeze(-1)).squeeze(-1);
            var ratio = (lp - os[i]).exp();
            var pt = -minimum(ratio * advantages[i], ratio.clamp(0.8, 1.2) * advantages[i]);
            ((pt * ms[i]).sum() / total).backward();
        }

        optimizer.step();
    }
}
