// case: own.131
// expect: none
// shape: sequence ratio with its length in the exponent, k3 guard that breaks
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Probe04;

public sealed class GspoTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer opt;
    private readonly double klStop;

    public GspoTrainer(nn.Module<Tensor, Tensor> model, double klStop = 0.02)
    {
        this.model = model;
        this.klStop = klStop;
        opt = optim.AdamW(model.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int k)
    {
        var grouped = rewards.view(-1, k);
        var adv = (grouped - grouped.mean(new long[] { 1 }, true)).view(-1);
        for (var i = 0; i < 8; i++)
        {
            var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var lengths = mask.sum(1).clamp(min: 1);
            var logS = ((lp - old) * mask).sum(1) / lengths;
            var s = logS.exp();
            var loss = -minimum(s * adv, s.clamp(1 - 3e-4, 1 + 4e-4) * adv).mean();
            using (no_grad())
            {
                var kl = ((s - 1) - logS).mean().item<float>();
                if (kl > klStop)
                {
                    break;
                }
            }

            opt.zero_grad();
            loss.backward();
            opt.step();
        }
    }
}
