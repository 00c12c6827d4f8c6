// case: C2.19
// expect: GRPO002
// shape: mini-batches are prompts; each one's advantages are normalised anew inside the loop, one pass
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace MiniPrompt;

public class MiniPromptTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public MiniPromptTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor tokens, Tensor mask, Tensor old, Tensor advantages, int groupSize)
    {
        for (int start = 0; start < advantages.shape[0]; start += groupSize)
        {
            using var scope = NewDisposeScope();
            var ids = tokens.narrow(0, start, groupSize);
            var m = mask.narrow(0, start, groupSize);
            var mbAdvantages = advantages.narrow(0, start, groupSize);
            mbAdvantages = {|GRPO002:(mbAdvantages - mbAdvantages.mean()) / (mbAdvantages.std() + 1e-8)|};
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = torch.exp(lp - old.narrow(0, start, groupSize));
            var a = mbAdvantages.unsqueeze(-1);
            var loss = -(torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a) * m).sum() / m.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
