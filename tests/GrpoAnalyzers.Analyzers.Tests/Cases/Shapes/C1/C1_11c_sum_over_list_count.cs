// case: C1.11
// expect: GRPO001
// shape: divided by the Count of the sequence's own token list; weights kept on the data class
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Lists;

public sealed class Trajectory
{
    public List<long> Ids { get; } = new();
    public List<float> OldLogProbs { get; } = new();
    public float Return { get; set; }
}

public sealed class ListTrainer
{
    private readonly Module<Tensor, Tensor> lm;
    private readonly AdamW optimizer;

    public ListTrainer(Module<Tensor, Tensor> lm)
    {
        this.lm = lm;
        optimizer = optim.AdamW(lm.parameters(), 2e-5);
    }

    public void TrainOn(List<Trajectory> batch)
    {
        var average = batch.Sum(t => t.Return) / batch.Count;
        optimizer.zero_grad();
        var parts = new List<Tensor>(batch.Count);
        foreach (var t in batch)
        {
            var ids = torch.tensor(t.Ids.ToArray());
            var logits = lm.call(ids.view(1, -1)).view(ids.shape[0], -1);
            var lp = logits.gather(1, ids.view(-1, 1)).view(-1) - logits.logsumexp(1);
            var ratio = torch.exp(lp - torch.tensor(t.OldLogProbs.ToArray()));
            var adv = t.Return - average;
            var surrogate = torch.minimum(ratio.mul(adv), ratio.clamp(0.8, 1.2).mul(adv));
            parts.Add({|GRPO001:surrogate.sum() / t.Ids.Count|});
        }

        var objective = torch.cat(parts.Select(p => p.view(1)).ToList(), 0).sum() / batch.Count;
        objective.neg().backward();
        optimizer.step();
    }
}
