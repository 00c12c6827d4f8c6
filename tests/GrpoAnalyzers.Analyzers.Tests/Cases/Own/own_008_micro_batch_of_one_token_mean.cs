// case: own.008
// expect: GRPO001, GRPO002
// shape: looks like a token mean, but each micro-batch holds a single completion, so it is its own length
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class AccumulatingTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer opt;
    private readonly double epsilon = 0.2;

    public AccumulatingTrainer(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        opt = optim.NAdam(model.parameters(), lr: 1e-6);
    }

    public sealed class Sample
    {
        public required Tensor Ids { get; init; }
        public required Tensor OldLp { get; init; }
        public required Tensor Mask { get; init; }
        public float Reward { get; init; }
        public float Advantage { get; set; }
    }

    private static void AssignAdvantages(IList<Sample> group)
    {
        float sum = 0, sumSq = 0;
        foreach (var s in group)
        {
            sum += s.Reward;
            sumSq += s.Reward * s.Reward;
        }

        var mean = sum / group.Count;
        var sigma = MathF.Sqrt(MathF.Max(sumSq / group.Count - mean * mean, 0f));
        foreach (var s in group)
        {
            s.Advantage = {|GRPO002:(s.Reward - mean) / (sigma + 1e-4f)|};
        }
    }

    public void Optimize(IList<Sample> group)
    {
        AssignAdvantages(group);
        opt.zero_grad();
        foreach (var s in group)
        {
            var lp = LogProbs(s.Ids);
            var ratio = torch.exp(lp - s.OldLp);
            var l = -torch.min(ratio * s.Advantage, torch.clamp(ratio, 1 - epsilon, 1 + epsilon) * s.Advantage);
            var loss = {|GRPO001:(l * s.Mask).sum() / s.Mask.sum()|};
            (loss / group.Count).backward();
        }

        opt.step();
    }

    private Tensor LogProbs(Tensor ids)
    {
        var x = ids.unsqueeze(0);
        return nn.functional.log_softmax(model.call(x), -1).gather(-1, x.unsqueeze(-1)).squeeze(-1).squeeze(0);
    }
}
