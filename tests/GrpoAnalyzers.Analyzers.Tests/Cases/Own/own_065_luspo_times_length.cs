// case: own.065
// expect: none
// shape: rows are multiplied by their length, the opposite of dividing
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class LuspoTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public LuspoTrainer(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    public void Step(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
    {
        var adv = rewards - rewards.mean();
        var lengths = mask.sum(1);
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var s = (((lp - old) * mask).sum(1) / lengths).exp();
        var seqLoss = maximum(-s * adv, -s.clamp(0.998, 1.0025) * adv);
        var loss = (seqLoss * lengths).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
