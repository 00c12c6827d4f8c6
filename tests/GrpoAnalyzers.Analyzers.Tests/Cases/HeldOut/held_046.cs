// case: held.046
// expect: none
// shape: the remaining passes are skipped when the effective sample size of the ratios falls
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class EssGuard
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public EssGuard(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-5);
    }

    private static bool Healthy(Tensor ratio, double fraction)
    {
        using var guard = no_grad();
        var ess = ratio.sum().pow(2) / ratio.square().sum();
        return ess.item<float>() > fraction * ratio.numel();
    }

    public void Update(Tensor s, Tensor a, Tensor old, Tensor adv, int passes)
    {
        for (var i = 0; i < passes; i++)
        {
            var ratio = (model.call(s).log_softmax(1).gather(1, a.unsqueeze(1)).squeeze(1) - old).exp();
            if (!Healthy(ratio, 0.7))
            {
                return;
            }

            var loss = -minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
