// case: C4.25
// expect: none
// shape: reward std and the fraction of groups without spread are logged, a z-score goes to a histogram
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace StdLog;

public class StdLogTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public StdLogTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public Dictionary<string, float> Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int g)
    {
        var r = rewards.view(-1, g);
        var std = r.std(1, keepdim: true);
        var centred = r - r.mean([1], keepdim: true);
        var zscores = (centred / (std + 1e-4)).abs().max().ToSingle();
        var adv = centred.view(-1, 1);
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(lp - old);
        var loss = -(torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv) * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return new Dictionary<string, float>
        {
            ["reward_std"] = std.mean().ToSingle(),
            ["frac_reward_zero_std"] = (std < 1e-6).to_type(ScalarType.Float32).mean().ToSingle(),
            ["largest_z"] = zscores,
        };
    }
}
