// case: own.029
// expect: GRPO002
// shape: LINQ GroupBy over a sample list, Aggregate for the sum of squares, results written back into the samples
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public sealed class RolloutSample
{
    public int PromptId { get; init; }
    public Tensor Tokens { get; init; } = null!;
    public Tensor BehaviourLp { get; init; } = null!;
    public double Score { get; init; }
    public double Weight { get; set; }
}

public class GroupByTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public GroupByTrainer(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    private static void Prepare(List<RolloutSample> samples)
    {
        foreach (var group in samples.GroupBy(s => s.PromptId))
        {
            var mean = group.Average(s => s.Score);
            var squares = group.Select(s => s.Score).Aggregate(0.0, (acc, x) => acc + (x - mean) * (x - mean));
            var deviation = Math.Sqrt(squares / group.Count());
            foreach (var s in group)
            {
                s.Weight = deviation > 0 ? {|GRPO002:(s.Score - mean) / deviation|} : 0.0;
            }
        }
    }

    public void Update(List<RolloutSample> samples)
    {
        Prepare(samples);
        var total = zeros(1);
        long n = 0;
        foreach (var s in samples)
        {
            var lp = model.call(s.Tokens.unsqueeze(0)).log_softmax(-1).squeeze(0).gather(1, s.Tokens.unsqueeze(1)).squeeze(1);
            var ratio = (lp - s.BehaviourLp).exp();
            total = total + minimum(ratio * s.Weight, ratio.clamp(0.8, 1.2) * s.Weight).sum();
            n += s.Tokens.shape[0];
        }

        var loss = -total / n;
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
