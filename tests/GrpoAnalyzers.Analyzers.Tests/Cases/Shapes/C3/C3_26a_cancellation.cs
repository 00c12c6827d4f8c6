// case: C3.26
// expect: GRPO003
// shape: break on a cancellation token
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using System.Threading;

namespace Cancelled;

public class CancelTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public CancelTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv, Tensor anchor, int epochs, CancellationToken cancel)
    {
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            if (cancel.IsCancellationRequested)
                break;
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = lp.sub(old).exp();
            var a = adv[.., TensorIndex.None];
            var obj = torch.minimum(ratio.mul(a), ratio.clamp(0.75, 1.25).mul(a));
            var gap = anchor.sub(lp);
            obj = obj.sub(gap.exp().sub(gap).sub(1).mul(0.01));
            var loss = obj.mul(mask).sum().neg().div(mask.sum());
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
