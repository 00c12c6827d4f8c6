// case: own.104
// expect: none
// shape: sequences whose mean log-ratio left the region are masked out of the update in every epoch
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class SequenceMaskTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;
    private readonly double delta;

    public SequenceMaskTrainer(nn.Module<Tensor, Tensor> model, double delta)
    {
        this.model = model;
        this.delta = delta;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv, int epochs)
    {
        for (var e = 0; e < epochs; e++)
        {
            var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = (lp - old).exp();
            var drift = ((old - lp.detach()) * mask).sum(1, keepdim: true) / mask.sum(1, keepdim: true);
            var keep = (adv.ge(0) | drift.le(delta)).to_type(ScalarType.Float32);
            if (keep.sum().item<float>() == 0)
            {
                break;
            }

            var pt = -minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv) * keep;
            var loss = (pt * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
