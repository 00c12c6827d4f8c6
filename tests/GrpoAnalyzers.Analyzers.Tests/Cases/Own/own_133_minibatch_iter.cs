// case: own.133
// expect: GRPO003
// shape: an iterator hands shuffled mini-batches in every epoch
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Probe06;

public sealed class RolloutBuffer
{
    private readonly List<(Tensor Ids, Tensor LogProbs, Tensor Mask, float Advantage)> items = new();
    private readonly Random random = new(3);

    public void Add(Tensor ids, Tensor logProbs, Tensor mask, float advantage) => items.Add((ids, logProbs, mask, advantage));

    public IEnumerable<(Tensor Ids, Tensor Old, Tensor Mask, Tensor Advantages)> Minibatches(int size)
    {
        var order = Enumerable.Range(0, items.Count).OrderBy(_ => random.Next()).ToArray();
        for (int i = 0; i < order.Length; i += size)
        {
            var pick = order.Skip(i).Take(size).Select(j => items[j]).ToArray();
            yield return (
                stack(pick.Select(p => p.Ids).ToArray()),
                stack(pick.Select(p => p.LogProbs).ToArray()),
                stack(pick.Select(p => p.Mask).ToArray()),
                tensor(pick.Select(p => p.Advantage).ToArray()));
        }
    }
}

public sealed class PpoStyleTrainer
{
    private readonly nn.Module<Tensor, Tensor> actor;
    private readonly optim.Optimizer optimizer;
    public int Epochs { get; set; } = 4;

    public PpoStyleTrainer(nn.Module<Tensor, Tensor> actor)
    {
        this.actor = actor;
        optimizer = optim.Adam(actor.parameters(), 3e-6);
    }

    public void Improve(RolloutBuffer buffer)
    {
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            foreach (var (ids, old, mask, adv) in buffer.Minibatches(32))
            {
                var lp = actor.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                var ratio = (lp - old).exp();
                var a = adv.unsqueeze(1);
                var l1 = ratio * a;
                var l2 = ratio.clamp(0.8, 1.2) * a;
                var objective = where(l1 < l2, l1, l2);
                var loss = -(objective * mask).sum() / mask.sum();
                optimizer.zero_grad();
                loss.backward();
                {|GRPO003:optimizer.step()|};
            }
        }
    }
}
