// case: held.048
// expect: none
// shape: TRPO: natural gradient with a backtracking line search on KL, no optimiser on the policy
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class TrpoAgent
{
    private readonly nn.Module<Tensor, Tensor> policy;

    public TrpoAgent(nn.Module<Tensor, Tensor> policy) => this.policy = policy;

    private Tensor LogProb(Tensor s, Tensor a) => policy.call(s).log_softmax(1).gather(1, a.unsqueeze(1)).squeeze(1);

    public bool Update(Tensor s, Tensor a, Tensor adv, double maxKl)
    {
        var old = LogProb(s, a).detach();
        var surrogate = ((LogProb(s, a) - old).exp() * adv).mean();
        surrogate.backward();
        var parameters = policy.parameters().ToArray();
        var direction = parameters.Select(p => p.grad is null ? zeros_like(p) : p.grad.clone()).ToArray();
        var before = surrogate.item<float>();
        using var guard = no_grad();
        for (var step = 1.0; step > 1e-3; step *= 0.5)
        {
            for (var i = 0; i < parameters.Length; i++)
            {
                parameters[i].add_(direction[i] * step);
            }

            var d = LogProb(s, a) - old;
            var kl = (d.exp() - 1 - d).mean().item<float>();
            if (kl < maxKl && (d.exp() * adv).mean().item<float>() > before)
            {
                return true;
            }

            for (var i = 0; i < parameters.Length; i++)
            {
                parameters[i].sub_(direction[i] * step);
            }
        }

        return false;
    }
}
