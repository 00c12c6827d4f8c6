// case: own.020
// expect: GRPO001
// shape: token weights are where(mask, 1/length, 0); objective maximised by the optimiser
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class MaximisingTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer ascent;

    public MaximisingTrainer(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        ascent = optim.AdamW(model.parameters(), lr: 1e-6, maximize: true);
    }

    public void Ascend(Tensor ids, Tensor keep, Tensor old, Tensor reward)
    {
        var lengths = keep.to_type(ScalarType.Float32).sum(1, keepdim: true);
        var tokenWeight = where(keep, {|GRPO001:1.0f / lengths|}, 0f);
        var centred = (reward - reward.mean()).unsqueeze(1);
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = exp(lp - old);
        var objective = min(ratio * centred, clamp(ratio, 0.8, 1.2) * centred);
        var j = (objective * tokenWeight).sum(1).mean();
        ascent.zero_grad();
        j.backward();
        ascent.step();
    }
}
