// case: own.022
// expect: GRPO002
// shape: sequence ratio with 1/length in the exponent only, group std
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class GspoTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public GspoTrainer(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.Adam(model.parameters(), lr: 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int n)
    {
        var r = rewards.view(-1, n);
        var adv = {|GRPO002:((r - r.mean(new long[] { 1 }, keepdim: true)) / (r.std(1, unbiased: true, keepdim: true) + 1e-6))|}.view(-1);
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var logS = ((lp - old) * mask).sum(1) / mask.sum(1);
        var s = logS.exp();
        var loss = -minimum(s * adv, s.clamp(1 - 3e-4, 1 + 4e-4) * adv).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
