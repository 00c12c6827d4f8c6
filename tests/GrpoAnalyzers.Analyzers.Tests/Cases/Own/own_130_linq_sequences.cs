// case: own.130
// expect: GRPO001, GRPO002
// shape: List.ForEach writes advantages, a method group maps completions to losses
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Probe03;

public class Rollout
{
    public Tensor Prompt = null!;
    public Tensor Completion = null!;
    public Tensor OldLogProbs = null!;
    public double Reward;
    public double Advantage;
}

public class LinqTrainer
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer adam;

    public LinqTrainer(nn.Module<Tensor, Tensor> policy, double lr)
    {
        this.policy = policy;
        this.adam = torch.optim.Adam(policy.parameters(), lr: lr);
    }

    public double TrainStep(List<List<Rollout>> groups)
    {
        foreach (var g in groups)
        {
            double avg = g.Average(x => x.Reward);
            double dev = Math.Sqrt(g.Sum(x => Math.Pow(x.Reward - avg, 2)) / (g.Count - 1));
            g.ForEach(x => x.Advantage = {|GRPO002:(x.Reward - avg) / Math.Max(dev, 1e-6)|});
        }

        var all = groups.SelectMany(g => g).ToList();
        adam.zero_grad();
        var total = all.Select(SequenceLoss).Aggregate((a, b) => a + b) / all.Count;
        total.backward();
        adam.step();
        return total.ToDouble();
    }

    private Tensor SequenceLoss(Rollout r)
    {
        var logits = policy.call(cat(new[] { r.Prompt, r.Completion }).unsqueeze(0)).squeeze(0);
        var start = r.Prompt.shape[0] - 1;
        var logp = nn.functional.log_softmax(logits.narrow(0, start, r.Completion.shape[0]), 1).gather(1, r.Completion.unsqueeze(1)).squeeze(1);
        var ratio = (logp - r.OldLogProbs).exp();
        var s = torch.minimum(ratio * r.Advantage, ratio.clamp(0.8, 1.2) * r.Advantage);
        return -{|GRPO001:s.mean()|};
    }
}
