// case: C3.27
// expect: GRPO003
// shape: the bound is read from the environment
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace UnknownBound;

public class UnknownBoundTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private readonly int epochs = int.Parse(Environment.GetEnvironmentVariable("GRPO_EPOCHS") ?? "2");

    public UnknownBoundTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
    {
        var ema = rewards.mean() * 0.9 + 0.1;
        var a = rewards.unsqueeze(1).sub(ema);
        for (int i = 0; i < epochs; i++)
        {
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = torch.exp(lp - old);
            var left = (ratio * a).mul(mask);
            var right = (ratio.clamp(0.8, 1.2) * a).mul(mask);
            var loss = -torch.minimum(left, right).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
