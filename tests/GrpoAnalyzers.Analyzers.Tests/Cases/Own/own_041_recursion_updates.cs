// case: own.041
// expect: GRPO003
// shape: the passes are a recursion on a counter
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class RecursiveTrainer
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public RecursiveTrainer(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), lr: 1e-5);
    }

    public void Start(Tensor s, Tensor a, Tensor lp, Tensor rewards)
    {
        var toGo = rewards.flip(0).cumsum(0).flip(0);
        Pass(s, a, lp, toGo - toGo.mean(), 6);
    }

    private void Pass(Tensor s, Tensor a, Tensor lp, Tensor adv, int remaining)
    {
        if (remaining == 0)
        {
            return;
        }

        var current = policy.call(s).log_softmax(-1).gather(-1, a.unsqueeze(-1)).squeeze(-1);
        var q = current.sub(lp).exp();
        var loss = minimum(q.mul(adv), q.clamp(0.8, 1.2).mul(adv)).mean().neg();
        optimizer.zero_grad();
        loss.backward();
        {|GRPO003:optimizer.step()|};
        Pass(s, a, lp, adv, remaining - 1);
    }
}
