// case: C3.16
// expect: GRPO003
// shape: KL is compared after the last epoch, only to warn
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace AfterLoop;

public class AfterTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public AfterTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        var kl = 0f;
        for (int i = 0; i < 3; i++)
        {
            var lp = -functional.cross_entropy(policy.call(ids).flatten(0, 1), ids.flatten(), reduction: Reduction.None).view_as(ids);
            var logr = lp - old;
            var ratio = logr.exp();
            var a = adv.unsqueeze(1);
            kl = (((ratio - 1) - logr) * mask).sum().ToSingle() / mask.sum().ToSingle();
            var loss = (torch.maximum(-a * ratio, -a * ratio.clamp(0.7, 1.4)) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }

        if (kl > 0.02f)
            Console.Error.WriteLine($"warning: policy moved by {kl}");
    }
}
