// case: own.067
// expect: none
// shape: rewards are shaped by length and by the mean of token scores, the loss is a token mean
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class LengthShaping
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public LengthShaping(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    public void Step(Tensor ids, Tensor mask, Tensor tokenScores, Tensor correct, int g)
    {
        var lengths = mask.sum(1);
        var processReward = (tokenScores * mask).sum(1) / lengths;
        var shaped = correct + 0.5 * processReward - 0.001 * lengths;
        var grid = shaped.view(-1, g);
        var adv = (grid - grid.mean(new long[] { 1 }, keepdim: true)).view(-1, 1).detach();
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var loss = -((lp - lp.detach()).exp() * adv * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
