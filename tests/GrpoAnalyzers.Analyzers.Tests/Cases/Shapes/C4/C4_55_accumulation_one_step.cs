// case: C4.55
// expect: none
// shape: several backward calls over micro-batches, one step behind the loop
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Accumulate;

public class AccumulateTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public AccumulateTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(IReadOnlyList<(Tensor Ids, Tensor Mask, Tensor Old, Tensor Adv)> micro)
    {
        var total = micro.Select(m => m.Mask.sum()).Aggregate((x, y) => x + y);
        optimizer.zero_grad();
        for (int pass = 0; pass < micro.Count; pass++)
        {
            var (ids, mask, old, adv) = micro[pass];
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var r = torch.exp(lp - old);
            var a = adv.unsqueeze(1);
            var loss = -(torch.min(r * a, r.clamp(0.8, 1.2) * a) * mask).sum() / total;
            loss.backward();
        }

        optimizer.step();
    }
}
