// case: own.113
// expect: GRPO001
// shape: masked_select row by row in a loop with a mean for each row
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class SelectedRowMean
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public SelectedRowMean(nn.Module<Tensor, Tensor> model)
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
        var means = new List<Tensor>();
        for (long i = 0; i < ids.shape[0]; i++)
        {
            means.Add({|GRPO001:gain[i].masked_select(keep[i]).mean()|});
        }

        var loss = -stack(means).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
