// case: held.042
// expect: none
// shape: masked_select over the whole batch and a mean of what is left: a token mean
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class SelectedMean
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public SelectedMean(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    public void Step(Tensor ids, Tensor keep, Tensor old, Tensor rewards)
    {
        var adv = (rewards - rewards.mean()).unsqueeze(1);
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - old).exp();
        var gain = minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv);
        var loss = -gain.masked_select(keep).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
