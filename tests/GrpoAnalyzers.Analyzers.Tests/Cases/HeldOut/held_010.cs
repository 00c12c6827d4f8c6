// case: held.010
// expect: none
// shape: a boolean in the loop condition is set when the KL is too large
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class FlagGuard
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public FlagGuard(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), lr: 1e-6);
    }

    public int Fit(Tensor ids, Tensor mask, Tensor old, Tensor adv, int maxUpdates, double threshold)
    {
        var stop = false;
        var used = 0;
        for (; used < maxUpdates && !stop; used++)
        {
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var d = lp - old;
            var r = d.exp();
            var kl = ((r - 1 - d) * mask).sum() / mask.sum();
            if (kl.ToDouble() > threshold)
            {
                stop = true;
                continue;
            }

            var loss = -(minimum(r * adv, r.clamp(0.8, 1.2) * adv) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }

        return used;
    }
}
