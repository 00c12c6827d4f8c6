// case: C2.26
// expect: GRPO002
// shape: stacked scalars, an indexer and masked_select stand between the division and the loss
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Stacked;

public class StackTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public StackTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor keep, Tensor old, Tensor rewards)
    {
        var cells = new List<Tensor>();
        using var mu = rewards.mean();
        using var sigma = rewards.std();
        for (long i = 0; i < rewards.shape[0]; i++)
            cells.Add({|GRPO002:(rewards[i] - mu) / (sigma + 1e-8)|});
        using var adv = torch.stack(cells).unsqueeze(1).expand_as(old).masked_select(keep);
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1).masked_select(keep);
        var ratio = torch.exp(lp - old.masked_select(keep));
        var loss = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
