// case: C1.12
// expect: GRPO001
// shape: micro-batches of one row with gradient accumulation: each mean is that row's own
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace MicroOne;

public class MicroTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public MicroTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6, 0.9, 0.95);
    }

    public void Update(List<Tensor> ids, List<Tensor> olds, Tensor rewards)
    {
        var adv = rewards - rewards.mean();
        int steps = ids.Count;
        optimizer.zero_grad();
        for (int i = 0; i < steps; i++)
        {
            using (NewDisposeScope())
            {
                // one completion, no padding
                var logits = policy.call(ids[i].unsqueeze(0));
                var lp = -functional.cross_entropy(logits[0], ids[i], reduction: Reduction.None);
                var ratio = (lp - olds[i]).exp();
                var pt = -torch.min(ratio * adv[i], ratio.clamp(0.8, 1.2) * adv[i]);
                var loss = {|GRPO001:pt.mean()|} / steps;
                loss.backward();
            }
        }

        nn.utils.clip_grad_norm_(policy.parameters(), 0.1);
        optimizer.step();
    }
}
