// case: own.118
// expect: none
// shape: nested loops left by a local function that returns the verdict on the log-ratio
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class VerdictTrainer
{
    private enum Verdict
    {
        Go,
        Stop,
    }

    private readonly nn.Module<Tensor, Tensor> pi;
    private readonly optim.Optimizer optimizer;

    public VerdictTrainer(nn.Module<Tensor, Tensor> pi)
    {
        this.pi = pi;
        optimizer = optim.Adam(pi.parameters(), lr: 3e-4);
    }

    public void Update(Tensor[] s, Tensor[] a, Tensor[] lp, Tensor[] adv, int epochs, double limit)
    {
        Verdict Judge(Tensor d)
        {
            var k2 = d.square().mean().item<float>() / 2;
            return k2 > limit ? Verdict.Stop : Verdict.Go;
        }

        for (var e = 0; e < epochs; e++)
        {
            for (var i = 0; i < s.Length; i++)
            {
                var d = pi.call(s[i]).log_softmax(1).gather(1, a[i].unsqueeze(1)).squeeze(1) - lp[i];
                switch (Judge(d))
                {
                    case Verdict.Stop:
                        return;
                    case Verdict.Go:
                        break;
                }

                var ratio = d.exp();
                var loss = -minimum(ratio * adv[i], ratio.clamp(0.8, 1.2) * adv[i]).mean();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
    }
}
