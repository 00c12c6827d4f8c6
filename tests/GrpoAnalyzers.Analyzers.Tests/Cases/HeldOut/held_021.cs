// case: held.021
// expect: none
// shape: group std for logging and for the fraction of degenerate groups, advantages centred
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class StdMetrics
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;
    private readonly Action<string, float> log;

    public StdMetrics(nn.Module<Tensor, Tensor> model, Action<string, float> log)
    {
        this.model = model;
        this.log = log;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    public void Step(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int g)
    {
        var grid = rewards.view(-1, g);
        var mean = grid.mean(new long[] { 1 }, keepdim: true);
        var std = grid.std(1, keepdim: true);
        log("reward", mean.mean().item<float>());
        log("reward_std", std.mean().item<float>());
        log("frac_reward_zero_std", std.lt(1e-6).to_type(ScalarType.Float32).mean().item<float>());
        log("snr", (mean / (std + 1e-4)).mean().item<float>());
        var adv = (grid - mean).view(-1, 1);
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - old).exp();
        var loss = -(minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv) * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
