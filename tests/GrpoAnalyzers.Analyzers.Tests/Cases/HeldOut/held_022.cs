// case: held.022
// expect: none
// shape: advantages are clamped and multiplied by constants, rewards pass tanh
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class ConstantScale
{
    private const float RewardScale = 0.1f;
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public ConstantScale(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    public void Step(Tensor ids, Tensor mask, Tensor raw, long g)
    {
        var r = (raw * RewardScale).tanh().view(-1, g);
        var adv = ((r - r.mean(new long[] { 1 }, keepdim: true)) * (g / (g - 1.0))).clamp(-2, 2).view(-1, 1) / 10;
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var loss = -(adv * lp * mask).sum() / 8192;
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
