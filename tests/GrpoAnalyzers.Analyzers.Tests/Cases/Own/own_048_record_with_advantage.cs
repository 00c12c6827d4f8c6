// case: own.048
// expect: GRPO002
// shape: samples are immutable records; the advantage is added by a with expression in an iterator method
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public sealed record Sample(Tensor Ids, Tensor Mask, Tensor LogProbs, float Reward, float Advantage = 0f);

public class RecordTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public RecordTrainer(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    private static IEnumerable<Sample> WithAdvantages(Sample[] group)
    {
        var mean = group.Average(s => s.Reward);
        var second = group.Average(s => s.Reward * s.Reward);
        var std = MathF.Sqrt(second - mean * mean);
        foreach (var s in group)
        {
            yield return s with { Advantage = {|GRPO002:(s.Reward - mean) / (std + 1e-4f)|} };
        }
    }

    public void Train(Sample[] group)
    {
        var numerators = new List<Tensor>();
        var denominators = new List<Tensor>();
        foreach (var s in WithAdvantages(group))
        {
            var lp = model.call(s.Ids.unsqueeze(0)).squeeze(0).log_softmax(-1).gather(1, s.Ids.unsqueeze(1)).squeeze(1);
            var ratio = (lp - s.LogProbs).exp();
            numerators.Add((minimum(ratio * s.Advantage, ratio.clamp(0.8, 1.2) * s.Advantage) * s.Mask).sum());
            denominators.Add(s.Mask.sum());
        }

        var loss = -stack(numerators).sum() / stack(denominators).sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
