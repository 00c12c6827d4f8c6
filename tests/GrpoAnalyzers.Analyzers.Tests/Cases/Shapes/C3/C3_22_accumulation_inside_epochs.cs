// case: C3.22
// expect: GRPO003
// shape: step every k micro-batches inside the epoch loop
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace AccumEpochs;

public class AccumEpochTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly AdamW optimizer;
    private readonly int accumulate;

    public AccumEpochTrainer(Module<Tensor, Tensor> policy, int accumulate)
    {
        this.policy = policy;
        this.accumulate = accumulate;
        optimizer = optim.AdamW(policy.parameters(), 1e-6, 0.9, 0.97);
    }

    public void Update(List<(Tensor Ids, Tensor Mask, Tensor Old, Tensor Adv)> micro, int epochs)
    {
        var totalTokens = micro.Sum(m => m.Mask.sum().ToSingle());
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            int pending = 0;
            optimizer.zero_grad();
            foreach (var (ids, mask, old, adv) in micro)
            {
                using var scope = NewDisposeScope();
                var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                var ratio = torch.exp(lp - old);
                var a = adv.unsqueeze(1);
                var capped = torch.where(a >= 0, ratio.clamp(max: 1.28), ratio.clamp(min: 0.8));
                var loss = -(capped * a * mask).sum() / totalTokens;
                loss.backward();
                if (++pending % accumulate == 0)
                {
                    {|GRPO003:optimizer.step()|};
                    optimizer.zero_grad();
                }
            }
        }
    }
}
