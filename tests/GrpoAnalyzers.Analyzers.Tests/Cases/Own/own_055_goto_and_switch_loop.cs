// case: own.055
// expect: GRPO003
// shape: the passes are written with labels and goto, learning rate from a schedule by step number
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class GotoTrainer
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public GotoTrainer(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), lr: 1e-3);
    }

    public void Fit(Tensor s, Tensor a, Tensor adv, Tensor stored)
    {
        var pass = 0;
    again:
        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate = 1e-3 * (1 - pass / 6.0);
        }

        var dist = distributions.Categorical(logits: policy.call(s));
        var ratio = (dist.log_prob(a) - stored).exp();
        var gain = torch.where(adv.gt(0), ratio.clamp(max: 1.2), ratio.clamp(min: 0.8)) * adv;
        var loss = -gain.sum() / 256 - 0.005 * dist.entropy().mean();
        optimizer.zero_grad();
        loss.backward();
        {|GRPO003:optimizer.step()|};
        pass++;
        if (pass < 6)
        {
            goto again;
        }
    }
}
