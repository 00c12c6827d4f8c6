// case: C2.18
// expect: GRPO002
// shape: the finished loss of one prompt is divided by that prompt's reward std; one step over several prompts
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace LossScale;

public class LossScaleTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public LossScaleTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-6);
    }

    public void Update(List<(Tensor Ids, Tensor Mask, Tensor Old, Tensor Rewards)> prompts)
    {
        optimizer.zero_grad();
        foreach (var (ids, mask, old, rewards) in prompts)
        {
            var adv = (rewards - rewards.mean()).unsqueeze(1);
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = torch.exp(lp - old);
            var loss = -(torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv) * mask).sum() / mask.sum();
            ({|GRPO002:loss / (rewards.std() + 1e-4)|}).backward();
        }

        optimizer.step();
    }
}
