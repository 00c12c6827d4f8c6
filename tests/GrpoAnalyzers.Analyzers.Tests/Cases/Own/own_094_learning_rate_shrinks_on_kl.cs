// case: own.094
// expect: none
// shape: the learning rate is halved or raised inside the loop by the measured KL
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class AdaptiveRate
{
    private readonly nn.Module<Tensor, Tensor> actor;
    private readonly optim.Optimizer optimizer;
    private double rate = 1e-3;

    public AdaptiveRate(nn.Module<Tensor, Tensor> actor)
    {
        this.actor = actor;
        optimizer = optim.Adam(actor.parameters(), lr: rate);
    }

    public void Update(IReadOnlyList<(Tensor obs, Tensor act, Tensor lp, Tensor adv)> batches, int epochs, double desired = 0.01)
    {
        for (var e = 0; e < epochs; e++)
        {
            foreach (var b in batches)
            {
                var lp = actor.call(b.obs).log_softmax(-1).gather(-1, b.act.unsqueeze(-1)).squeeze(-1);
                var ratio = (lp - b.lp).exp();
                using (no_grad())
                {
                    var kl = (b.lp - lp).mean().item<float>();
                    if (kl > desired * 2)
                    {
                        rate = Math.Max(1e-5, rate / 1.5);
                    }
                    else if (kl < desired / 2 && kl > 0)
                    {
                        rate = Math.Min(1e-2, rate * 1.5);
                    }

                    foreach (var g in optimizer.ParamGroups)
                    {
                        g.LearningRate = rate;
                    }
                }

                var loss = torch.max(-b.adv * ratio, -b.adv * ratio.clamp(0.8, 1.2)).mean();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
    }
}
