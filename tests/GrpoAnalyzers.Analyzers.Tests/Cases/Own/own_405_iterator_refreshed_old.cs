// case: own.405
// expect: none
// shape: an iterator computes the old log-probabilities anew for each epoch and hands the whole rollout out once an epoch
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

sealed class Refreshing(nn.Module<Tensor, Tensor> policy)
{
    private readonly optim.Optimizer adam = optim.AdamW(policy.parameters(), 1e-6);

    private Tensor LogProbs(Tensor ids) => policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

    private IEnumerable<(Tensor Order, Tensor Old)> Passes(Tensor ids, int epochs)
    {
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            var order = randperm(ids.shape[0]);
            Tensor old;
            using (no_grad()) old = LogProbs(ids[order]);
            yield return (order, old);
        }
    }

    public void Learn(Tensor ids, Tensor real, Tensor rewards)
    {
        var worth = (rewards - rewards.mean()).unsqueeze(1);
        foreach (var (order, old) in Passes(ids, 3))
        {
            var ratio = exp(LogProbs(ids[order]) - old);
            var gain = minimum(ratio * worth[order], ratio.clamp(0.8, 1.2) * worth[order]);
            var kept = real[order];
            var loss = -(gain * kept).sum() / kept.sum();
            adam.zero_grad();
            loss.backward();
            adam.step();
        }
    }
}
