// case: held.030
// expect: GRPO003
// shape: the ratio is a quotient of stored and new probabilities; clip written with minimum and maximum
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class QuotientPpo
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public QuotientPpo(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), lr: 1e-3, beta1: 0.9, beta2: 0.97);
    }

    public void Fit(Tensor states, Tensor chosen, Tensor oldProbs, Tensor advantages)
    {
        var lo = full_like(oldProbs, 0.8);
        var hi = full_like(oldProbs, 1.2);
        foreach (var _ in Enumerable.Range(0, 5))
        {
            var probs = policy.call(states).softmax(1).gather(1, chosen.unsqueeze(1)).squeeze(1);
            var ratio = probs / oldProbs;
            var bounded = minimum(maximum(ratio, lo), hi);
            var loss = minimum(ratio * advantages, bounded * advantages).mean().neg();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
