// case: C3.17
// expect: GRPO003
// shape: the loop ends when an evaluation's reward falls
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace RewardStop;

public class RewardStopTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private readonly Func<Module<Tensor, Tensor>, float> evaluate;

    public RewardStopTrainer(Module<Tensor, Tensor> policy, Func<Module<Tensor, Tensor>, float> evaluate)
    {
        this.policy = policy;
        this.evaluate = evaluate;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        var before = evaluate(policy);
        for (int i = 0; i < 8; i++)
        {
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = (lp - old).exp();
            var gain = torch.min(ratio * adv.unsqueeze(-1), ratio.clamp(0.8, 1.2) * adv.unsqueeze(-1)).masked_select(mask > 0).mean();
            optimizer.zero_grad();
            (-gain).backward();
            {|GRPO003:optimizer.step()|};
            var after = evaluate(policy);
            if (after < before)
                break;
            before = after;
        }
    }
}
