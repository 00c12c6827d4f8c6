// case: own.119
// expect: GRPO002, GRPO003
// shape: rewards [prompts, group] with sums over the last axis, passes counted down from a constant
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public sealed class Hyper
{
    public double Clip { get; set; } = 0.2;
}

public class CubeTrainer
{
    private const int EpochCount = 4;
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;
    private readonly Hyper hyper;

    public CubeTrainer(nn.Module<Tensor, Tensor> model, Hyper hyper)
    {
        this.model = model;
        this.hyper = hyper;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    // rewards [prompts, group]
    public void Update(Tensor ids, Tensor mask, Tensor lp, Tensor rewards)
    {
        var centre = rewards.sum(-1, keepdim: true) / rewards.shape[1];
        var sigma = (rewards - centre).square().sum(-1, keepdim: true).div(rewards.shape[1] - 1).sqrt();
        var a = {|GRPO002:(rewards - centre).div(sigma.clamp(min: 1e-4))|}.flatten().unsqueeze(1);
        var epoch = EpochCount;
        while (epoch-- > 0)
        {
            var now = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var r = (now - lp).exp();
            var loss = -(minimum(r * a, r.clamp(1 - hyper.Clip, 1 + hyper.Clip) * a) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
