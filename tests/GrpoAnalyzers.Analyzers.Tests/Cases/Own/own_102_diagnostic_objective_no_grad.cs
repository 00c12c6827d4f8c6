// case: own.102
// expect: none
// shape: the clipped objective is evaluated repeatedly without gradient to draw a curve
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class Diagnostics
{
    private readonly nn.Module<Tensor, Tensor> policy;

    public Diagnostics(nn.Module<Tensor, Tensor> policy) => this.policy = policy;

    public List<(double eps, float objective)> Sweep(Tensor s, Tensor a, Tensor old, Tensor adv)
    {
        var curve = new List<(double, float)>();
        using var guard = no_grad();
        for (var eps = 0.05; eps <= 0.5; eps += 0.05)
        {
            var ratio = (policy.call(s).log_softmax(1).gather(1, a.unsqueeze(1)).squeeze(1) - old).exp();
            var objective = minimum(ratio * adv, ratio.clamp(1 - eps, 1 + eps) * adv).mean();
            curve.Add((eps, objective.item<float>()));
        }

        return curve;
    }
}
