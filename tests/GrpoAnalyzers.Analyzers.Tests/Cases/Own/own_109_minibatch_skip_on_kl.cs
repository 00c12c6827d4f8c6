// case: own.109
// expect: none
// shape: a minibatch whose KL is too large is skipped with continue, the others go on
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class SkippingTrainer
{
    private readonly nn.Module<Tensor, Tensor> pi;
    private readonly optim.Optimizer optimizer;
    private readonly Func<float, bool> tooFar;

    public SkippingTrainer(nn.Module<Tensor, Tensor> pi, float limit)
    {
        this.pi = pi;
        tooFar = kl => kl > limit;
        optimizer = optim.NAdam(pi.parameters(), lr: 1e-4);
    }

    public void Update(List<(Tensor s, Tensor a, Tensor lp, Tensor adv)> batches, int epochs)
    {
        for (var e = 0; e < epochs; e++)
        {
            foreach (var (s, a, lp, adv) in batches)
            {
                var now = pi.call(s).log_softmax(-1).gather(-1, a.unsqueeze(-1)).squeeze(-1);
                var ratio = (now - lp).exp();
                if (tooFar(((ratio - 1) - (now - lp)).mean().item<float>()))
                {
                    continue;
                }

                var loss = torch.max(-adv * ratio, -adv * ratio.clamp(0.8, 1.2)).mean();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
    }
}
