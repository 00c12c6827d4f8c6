// case: own.006
// expect: GRPO001
// shape: token weights 1/length are written into a float array while batching, the loss only sums
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public sealed record Trajectory(long[] Tokens, float[] OldLogprobs, bool[] Assistant, float Reward);

public class TrajectoryTrainer
{
    private readonly nn.Module<Tensor, Tensor> net;
    private readonly optim.Optimizer optimizer;

    public TrajectoryTrainer(nn.Module<Tensor, Tensor> net)
    {
        this.net = net;
        optimizer = optim.AdamW(net.parameters(), lr: 5e-6, weight_decay: 0.1);
    }

    public void Train(List<Trajectory> group)
    {
        var width = group.Max(t => t.Tokens.Length);
        var ids = new long[group.Count, width];
        var old = new float[group.Count, width];
        var weights = new float[group.Count, width];
        var adv = new float[group.Count];
        var baseline = group.Average(t => t.Reward);
        for (var i = 0; i < group.Count; i++)
        {
            var t = group[i];
            var trainable = t.Assistant.Count(a => a);
            adv[i] = t.Reward - baseline;
            for (var j = 0; j < t.Tokens.Length; j++)
            {
                ids[i, j] = t.Tokens[j];
                old[i, j] = t.OldLogprobs[j];
                weights[i, j] = t.Assistant[j] ? {|GRPO001:1f / trainable|} : 0f;
            }
        }

        var idsT = tensor(ids);
        var logp = net.call(idsT).log_softmax(-1).gather(-1, idsT.unsqueeze(-1)).squeeze(-1);
        var ratio = (logp - tensor(old)).exp();
        var a = tensor(adv).unsqueeze(1);
        var objective = minimum(ratio * a, ratio.clamp(0.8, 1.2) * a);
        var loss = -(objective * tensor(weights)).sum() / group.Count;
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
