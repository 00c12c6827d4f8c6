// case: own.147
// expect: none
// shape: old log-probabilities made anew in each round
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace Q08;

public sealed class OnPolicy
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public OnPolicy(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    private Tensor Generate(Tensor prompts) => policy.call(prompts).argmax(-1);

    public void Run(IEnumerable<Tensor> prompts, Func<Tensor, Tensor> reward, int iterations)
    {
        foreach (var p in prompts)
        {
            for (int it = 0; it < iterations; it++)
            {
                using var d = NewDisposeScope();
                Tensor ids, old;
                using (no_grad())
                {
                    ids = Generate(p);
                    old = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                }

                var r = reward(ids);
                var a = (r - r.mean()).unsqueeze(-1);
                var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                var ratio = (lp - old).exp();
                var loss = -minimum(ratio * a, ratio.clamp(0.8, 1.2) * a).mean();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
    }
}
