// case: C4.41
// expect: none
// shape: the step's helper returns a tuple with the KL; the caller compares and leaves both loops
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace TupleGuard;

public class TupleGuardTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private readonly float maxKl;

    public TupleGuardTrainer(Module<Tensor, Tensor> policy, float maxKl)
    {
        this.policy = policy;
        this.maxKl = maxKl;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    private (float Loss, float Kl) UpdateStep(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var d = lp - old;
        var ratio = d.exp();
        var a = adv.unsqueeze(1);
        var loss = -(torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a) * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return (loss.ToSingle(), (d.square() * mask).mean().ToSingle());
    }

    public void Update(List<(Tensor Ids, Tensor Mask, Tensor Old, Tensor Adv)> batches, int epochs)
    {
        bool stop = false;
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            foreach (var b in batches)
            {
                var (_, kl) = UpdateStep(b.Ids, b.Mask, b.Old, b.Adv);
                if (kl > maxKl)
                {
                    stop = true;
                    break;
                }
            }

            if (stop)
                break;
        }
    }
}
