// case: own.403
// expect: GRPO003
// shape: a LINQ sequence of one permutation an epoch; the whole rollout in another order each time
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

sealed class Orderly(nn.Module<Tensor, Tensor> policy, int epochs)
{
    private readonly optim.Optimizer adam = optim.AdamW(policy.parameters(), 1e-6);

    private Tensor LogProbs(Tensor ids) => policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

    public void Learn(Tensor ids, Tensor real, Tensor rewards, Tensor old)
    {
        var worth = (rewards - rewards.mean()).unsqueeze(1);
        var orders = Enumerable.Range(0, epochs).Select(_ => randperm(ids.shape[0]));
        foreach (var order in orders)
        {
            var ratio = exp(LogProbs(ids[order]) - old[order]);
            var gain = minimum(ratio * worth[order], ratio.clamp(0.8, 1.2) * worth[order]);
            var kept = real[order];
            var loss = -(gain * kept).sum() / kept.sum();
            adam.zero_grad();
            loss.backward();
            {|GRPO003:adam.step()|};
        }
    }
}
