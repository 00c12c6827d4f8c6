// case: held.011
// expect: GRPO003
// shape: gradients accumulated over micro-batches, step every fourth, whole thing repeated by epochs
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class AccumulatingEpochs
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private readonly int accumulate = 4;

    public AccumulatingEpochs(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), lr: 1e-6, beta1: 0.9, beta2: 0.95);
    }

    public void Run(IReadOnlyList<(Tensor ids, Tensor mask, Tensor old, Tensor adv)> micro, float tokensInWindow, int epochs)
    {
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            optimizer.zero_grad();
            for (var i = 0; i < micro.Count; i++)
            {
                var (ids, mask, old, adv) = micro[i];
                var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                var ratio = (lp - old).exp();
                var pt = -minimum(ratio * adv, ratio.clamp(0.8, 1.28) * adv);
                ((pt * mask).sum() / tokensInWindow).backward();
                if ((i + 1) % accumulate == 0)
                {
                    {|GRPO003:optimizer.step()|};
                    optimizer.zero_grad();
                }
            }
        }
    }
}
