// case: C3.14
// expect: GRPO003
// shape: the clip fraction goes into a metrics dictionary only
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace ClipFraction;

public class FractionTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public FractionTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 3e-6);
    }

    public Dictionary<string, double> Update(Tensor ids, Tensor mask, Tensor old, Tensor adv, int k)
    {
        var metrics = new Dictionary<string, double>();
        for (int i = 0; i < k; i++)
        {
            var z = policy.call(ids);
            var lp = z.gather(-1, ids.unsqueeze(-1)).squeeze(-1) - z.logsumexp(-1);
            var ratio = (lp - old).exp();
            var a = adv.unsqueeze(1);
            var obj = torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a);
            var outside = (ratio - 1).abs() > 0.2;
            metrics[$"clip_frac/{i}"] = (outside.to_type(ScalarType.Float32) * mask).sum().ToDouble() / mask.sum().ToDouble();
            var loss = -(obj * mask).sum() / mask.sum() - 0.001 * (z.softmax(-1) * z.log_softmax(-1)).sum(-1).neg().mean();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }

        return metrics;
    }
}
