// case: held.023
// expect: none
// shape: token sums per sequence and the mean over sequences: no division by a length
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class SeqSumTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public SeqSumTrainer(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    public void Step(List<Tensor> ids, List<Tensor> old, float[] rewards)
    {
        var mean = rewards.Average();
        var rows = new List<Tensor>();
        for (var i = 0; i < ids.Count; i++)
        {
            var lp = model.call(ids[i].unsqueeze(0)).squeeze(0).log_softmax(-1).gather(1, ids[i].unsqueeze(1)).squeeze(1);
            var ratio = (lp - old[i]).exp();
            var a = rewards[i] - mean;
            rows.Add(minimum(ratio * a, ratio.clamp(0.8, 1.2) * a).sum());
        }

        var loss = -stack(rows).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        Console.WriteLine($"mean length {ids.Average(t => t.shape[0])}");
    }
}
