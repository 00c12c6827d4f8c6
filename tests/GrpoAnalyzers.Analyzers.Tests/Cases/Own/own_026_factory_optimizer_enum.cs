// case: own.026
// expect: GRPO002
// shape: the optimiser comes from a factory with an enum whose default is AdamW; running sums for the variance
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public enum OptimizerKind
{
    AdamW,
    Sgd,
}

public sealed class TrainerOptions
{
    public OptimizerKind Optimizer { get; set; } = OptimizerKind.AdamW;
    public double LearningRate { get; set; } = 1e-6;
}

public class FactoryTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public FactoryTrainer(nn.Module<Tensor, Tensor> model, TrainerOptions options)
    {
        this.model = model;
        optimizer = Create(model, options);
    }

    private static optim.Optimizer Create(nn.Module<Tensor, Tensor> m, TrainerOptions o) => o.Optimizer switch
    {
        OptimizerKind.AdamW => optim.AdamW(m.parameters(), lr: o.LearningRate),
        OptimizerKind.Sgd => optim.SGD(m.parameters(), o.LearningRate),
        _ => throw new ArgumentOutOfRangeException(nameof(o)),
    };

    public void Train(IReadOnlyList<(Tensor ids, Tensor mask, double[] rewards)> groups)
    {
        var terms = new List<Tensor>();
        var count = zeros(1);
        foreach (var (ids, mask, rewards) in groups)
        {
            double mean = 0, m2 = 0;
            var n = 0;
            foreach (var r in rewards)
            {
                n++;
                var delta = r - mean;
                mean += delta / n;
                m2 += delta * (r - mean);
            }

            var sd = Math.Sqrt(m2 / Math.Max(1, n - 1));
            var adv = tensor(rewards.Select(r => (float){|GRPO002:((r - mean) / (sd + 1e-4))|}).ToArray()).unsqueeze(1);
            var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            terms.Add((adv * lp * mask).sum());
            count = count + mask.sum();
        }

        var loss = -stack(terms).sum() / count;
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
