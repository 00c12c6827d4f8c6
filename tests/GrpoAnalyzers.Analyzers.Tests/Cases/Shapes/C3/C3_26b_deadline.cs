// case: C3.26
// expect: GRPO003
// shape: the loop condition holds a deadline, KL is only returned
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using System.Diagnostics;

namespace Deadlines;

public readonly struct Deadline(TimeSpan limit)
{
    private readonly long start = Stopwatch.GetTimestamp();

    public bool Expired => Stopwatch.GetElapsedTime(start) > limit;
}

public class DeadlineTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public DeadlineTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-5);
    }

    public double Update(Tensor ids, Tensor mask, Tensor old, Tensor adv, TimeSpan budget)
    {
        var deadline = new Deadline(budget);
        double kl = 0;
        while (!deadline.Expired)
        {
            var lp = -functional.cross_entropy(policy.call(ids).transpose(1, 2), ids, reduction: Reduction.None);
            var d = lp - old;
            var ratio = d.exp();
            kl = (d * d * mask).sum().ToDouble() / 2;
            var a = adv.unsqueeze(1);
            var loss = -(torch.fmin(ratio * a, ratio.clamp(0.8, 1.2) * a) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }

        return kl;
    }
}
