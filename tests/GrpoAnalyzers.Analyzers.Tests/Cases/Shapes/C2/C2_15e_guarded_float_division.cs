// case: C2.15
// expect: GRPO002
// shape: std > 0 ? (r - mean) / std : 0 in a float lambda
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace GuardedFloat;

public class GuardedTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public GuardedTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void UpdateGroup(Tensor ids, Tensor mask, Tensor old, float[] rewards)
    {
        var mean = rewards.Average();
        var std = MathF.Sqrt(rewards.Sum(x => MathF.Pow(x - mean, 2f)) / rewards.Length);
        var adv = Array.ConvertAll(rewards, x => std > 0f ? {|GRPO002:(x - mean) / std|} : 0f);
        var a = torch.tensor(adv).unsqueeze(1);
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(lp - old);
        var loss = -(torch.minimum(ratio * a, ratio.clamp_max(1.2).clamp_min(0.8) * a) * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
