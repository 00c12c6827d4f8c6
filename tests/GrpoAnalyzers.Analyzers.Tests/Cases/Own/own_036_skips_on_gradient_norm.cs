// case: own.036
// expect: GRPO003
// shape: the only skip in the loop looks at the gradient norm, never at ratio or KL
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class GradNormTrainer
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private readonly double temperature = 0.7;

    public GradNormTrainer(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), lr: 1e-6);
    }

    public void Train(Tensor ids, Tensor mask, Tensor old, Tensor adv, int maxSteps)
    {
        for (var i = 0; i < maxSteps; i++)
        {
            optimizer.zero_grad();
            var scaled = policy.call(ids) / temperature;
            var lp = scaled.gather(-1, ids.unsqueeze(-1)).squeeze(-1) - scaled.logsumexp(-1);
            var r = where(mask.gt(0), lp - old, zeros_like(lp)).exp();
            var loss = -(min(r * adv, r.clip(0.8, 1.2) * adv) * mask).sum() / 4096;
            loss.backward();
            var norm = nn.utils.clip_grad_norm_(policy.parameters(), 1.0);
            if (norm > 100.0)
            {
                continue;
            }

            {|GRPO003:optimizer.step()|};
        }
    }
}
