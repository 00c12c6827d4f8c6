// case: held.034
// expect: none
// shape: Dr.GRPO: centred rewards, token sum over a constant maximum length
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class DrGrpoTrainer
{
    private const int MaxCompletionLength = 1024;
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public DrGrpoTrainer(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int g)
    {
        var r = rewards.view(-1, g);
        var adv = (r - r.mean(new long[] { 1 }, keepdim: true)).view(-1, 1);
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - old).exp();
        var pt = -minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv);
        var rows = (pt * mask).sum(1) / MaxCompletionLength;
        var loss = rows.mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
