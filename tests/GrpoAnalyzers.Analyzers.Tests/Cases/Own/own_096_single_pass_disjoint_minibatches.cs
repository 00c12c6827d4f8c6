// case: own.096
// expect: none
// shape: one rollout is split into disjoint minibatches, each row serves one step
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class SinglePass
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public SinglePass(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv, long size)
    {
        foreach (var rows in randperm(ids.shape[0]).split(size))
        {
            var x = ids.index_select(0, rows);
            var m = mask.index_select(0, rows);
            var lp = model.call(x).log_softmax(-1).gather(-1, x.unsqueeze(-1)).squeeze(-1);
            var ratio = (lp - old.index_select(0, rows)).exp();
            var a = adv.index_select(0, rows);
            var loss = -(minimum(ratio * a, ratio.clamp(0.8, 1.28) * a) * m).sum() / m.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
