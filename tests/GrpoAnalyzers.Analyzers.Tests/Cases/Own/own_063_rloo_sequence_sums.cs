// case: own.063
// expect: none
// shape: RLOO: sequence log-probability sums, leave-one-out baseline, KL in the reward
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class RlooTrainer
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public RlooTrainer(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), lr: 3e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor refLp, Tensor scores, int k, double beta = 0.05)
    {
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var sequence = (lp * mask).sum(1);
        Tensor adv;
        using (no_grad())
        {
            var kl = ((lp - refLp) * mask).sum(1);
            var r = (scores - beta * kl).view(k, -1);
            var baseline = (r.sum(0, keepdim: true) - r) / (k - 1);
            adv = (r - baseline).flatten();
        }

        var loss = -(adv * sequence).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
