// case: held.047
// expect: GRPO003
// shape: the objective works on ratio minus one: expm1 and a clip around zero
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class OffsetPpo
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer adam;
    private readonly double eps = 0.2;
    private int PassCount { get; } = 3;

    public OffsetPpo(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        adam = optim.AdamW(policy.parameters(), lr: 1e-5, beta1: 0.9, beta2: 0.97);
    }

    public void Train(Tensor tokens, Tensor mask, Tensor before, Tensor adv)
    {
        var weight = adv.unsqueeze(-1);
        var pass = 0;
        do
        {
            var lp = policy.call(tokens).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
            var change = (lp - before).expm1();
            var objective = minimum(change * weight, change.clamp(-eps, eps) * weight);
            var loss = -(objective * mask).sum() / mask.sum();
            adam.zero_grad();
            loss.backward();
            {|GRPO003:adam.step()|};
            pass++;
        }
        while (pass < PassCount);
    }
}
