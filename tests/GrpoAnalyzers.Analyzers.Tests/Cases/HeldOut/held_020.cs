// case: held.020
// expect: none
// shape: KTO: unpaired preference loss with a detached KL reference point and sums of log-probs
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class KtoTrainer
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public KtoTrainer(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), lr: 5e-7);
    }

    public void Step(Tensor ids, Tensor mask, Tensor refSequenceLp, Tensor desirable, double beta = 0.1)
    {
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var logRatio = (lp * mask).sum(1) - refSequenceLp;
        var z = logRatio.detach().mean().clamp(min: 0);
        var good = 1 - (beta * (logRatio - z)).sigmoid();
        var bad = 1 - (beta * (z - logRatio)).sigmoid();
        var loss = where(desirable.gt(0), good, bad).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
