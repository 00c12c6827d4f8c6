// case: own.123
// expect: GRPO001, GRPO003
// shape: the same ranks, but each returns the sum of its row means and its number of rows; passes from an array of learning rates
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Ranks;

public sealed class Shard
{
    public Tensor Ids = null!;
    public Tensor Mask = null!;
    public Tensor Old = null!;
    public Tensor Advantage = null!;
}

public sealed class ShardTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public ShardTrainer(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    private (Tensor sum, long rows) Local(Shard b)
    {
        var lp = model.call(b.Ids).log_softmax(-1).gather(-1, b.Ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - b.Old).exp();
        var perToken = maximum(-b.Advantage * ratio, -b.Advantage * ratio.clamp(0.8, 1.28));
        var lengths = b.Mask.sum(1, keepdim: true);
        var weights = {|GRPO001:b.Mask / lengths|};
        return (torch.sum(perToken * weights), b.Ids.shape[0]);
    }

    public void Run(IReadOnlyList<Shard> shards, double[] rates)
    {
        foreach (var rate in rates)
        {
            foreach (var g in optimizer.ParamGroups)
            {
                g.LearningRate = rate;
            }

            var total = zeros(1);
            long rows = 0;
            foreach (var shard in shards)
            {
                var (sum, n) = Local(shard);
                total = total + sum;
                rows += n;
            }

            optimizer.zero_grad();
            (total / rows).backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
