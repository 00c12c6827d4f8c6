// case: C2.10
// expect: GRPO002
// shape: a Welford accumulator struct per group
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace WelfordStyle;

public struct Welford
{
    private int n;
    private double mean;
    private double m2;

    public void Add(double x)
    {
        n++;
        double d = x - mean;
        mean += d / n;
        m2 += d * (x - mean);
    }

    public readonly double Mean => mean;
    public readonly double Deviation => Math.Sqrt(m2 / Math.Max(1, n - 1));
}

public class WelfordTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private readonly int groupSize;

    public WelfordTrainer(Module<Tensor, Tensor> policy, int groupSize)
    {
        this.policy = policy;
        this.groupSize = groupSize;
        optimizer = optim.Adam(policy.parameters(), 5e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, float[] rewards)
    {
        var adv = new float[rewards.Length];
        for (int g = 0; g < rewards.Length / groupSize; g++)
        {
            var acc = new Welford();
            for (int j = 0; j < groupSize; j++)
                acc.Add(rewards[g * groupSize + j]);
            for (int j = 0; j < groupSize; j++)
                adv[g * groupSize + j] = (float)({|GRPO002:(rewards[g * groupSize + j] - acc.Mean) / (acc.Deviation + 1e-6)|});
        }

        var a = torch.tensor(adv)[.., TensorIndex.None];
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - old).exp();
        var gain = torch.min(ratio * a, torch.clamp(ratio, 0.8, 1.2) * a);
        var loss = -(gain * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
