// case: own.143
// expect: none
// shape: leave-one-out advantages over grouped samples; spreads are only logged
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Q04;

public sealed class Sample
{
    public string PromptId { get; init; } = "";
    public Tensor Ids { get; init; } = null!;
    public Tensor Old { get; init; } = null!;
    public float Reward { get; init; }
    public float Advantage { get; set; }
}

public sealed class LeaveOneOutTrainer
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer opt;
    private double meanStd;

    public LeaveOneOutTrainer(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        opt = optim.AdamW(policy.parameters(), 1e-6);
    }

    public double MeanStd => meanStd;

    public void Train(List<Sample> samples)
    {
        var byPrompt = samples.GroupBy(s => s.PromptId).ToDictionary(g => g.Key, g => g.ToArray());
        var stds = new List<double>();
        foreach (var (_, members) in byPrompt)
        {
            var total = members.Sum(m => m.Reward);
            foreach (var m in members)
            {
                m.Advantage = m.Reward - (total - m.Reward) / (members.Length - 1);
            }

            var mu = total / members.Length;
            stds.Add(Math.Sqrt(members.Sum(m => (m.Reward - mu) * (m.Reward - mu)) / members.Length));
        }

        meanStd = stds.Average();
        var tokens = samples.Sum(s => s.Ids.shape[0]);
        opt.zero_grad();
        foreach (var s in samples)
        {
            using var scope = NewDisposeScope();
            var lp = policy.call(s.Ids.unsqueeze(0)).squeeze(0).log_softmax(-1).gather(-1, s.Ids.unsqueeze(-1)).squeeze(-1);
            var ratio = (lp - s.Old).exp();
            var obj = minimum(ratio * s.Advantage, ratio.clamp(0.8, 1.2) * s.Advantage).sum();
            (-obj / tokens).backward();
        }

        opt.step();
    }
}
