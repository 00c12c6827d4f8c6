// case: own.150
// expect: GRPO002
// shape: options object, optimiser chosen by a ternary, nullable KL threshold with a default, iterator
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.optim.lr_scheduler;

namespace Q11;

internal sealed class Hyper
{
    public double Lr { get; set; } = 1e-6;
    public int NumIterations { get; set; } = 2;
    public float? TargetKl { get; set; } = 0.03f;
    public bool ScaleRewards { get; set; } = true;
    public double Beta { get; set; }
}

internal sealed class TrlStyle
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly Hyper h;
    private readonly optim.Optimizer optimizer;
    private readonly LRScheduler schedule;

    public TrlStyle(nn.Module<Tensor, Tensor> model, Hyper h)
    {
        this.model = model;
        this.h = h;
        optimizer = MakeOptimizer(model.parameters(), h);
        schedule = CosineAnnealingLR(optimizer, 1000);
    }

    private static optim.Optimizer MakeOptimizer(IEnumerable<TorchSharp.Modules.Parameter> ps, Hyper h) => h.Lr > 1e-3
        ? optim.SGD(ps, h.Lr)
        : optim.AdamW(ps, h.Lr);

    public IEnumerable<float> Fit(IEnumerable<(Tensor ids, Tensor mask, Tensor rewards)> data, int g)
    {
        var watch = Stopwatch.StartNew();
        foreach (var (ids, mask, rewards) in data)
        {
            var grid = rewards.view(-1, g);
            var adv = grid - grid.mean(new[] { 1L }, keepdim: true);
            if (h.ScaleRewards)
                adv = {|GRPO002:adv / (grid.std(1, keepdim: true) + 1e-4)|};
            var flat = adv.view(-1).unsqueeze(1);
            Tensor? old = null;
            for (int it = 0; it < h.NumIterations; it++)
            {
                var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                old ??= lp.detach();
                var ratio = (lp - old).exp();
                var obj = min(ratio * flat, ratio.clamp(0.8, 1.2) * flat);
                if (h.TargetKl is { } limit && (old - lp.detach()).mean().item<float>() > limit)
                    break;
                var loss = -(obj * mask).sum() / mask.sum();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
                yield return loss.item<float>();
            }

            schedule.step();
            if (watch.Elapsed.TotalHours > 4)
                yield break;
        }
    }
}
