// case: own.137
// expect: none
// shape: a monitor object decides by k3 whether to go on
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Probe10;

public sealed class TrustMonitor
{
    private readonly double limit;
    private readonly List<double> history = new();

    public TrustMonitor(double limit) => this.limit = limit;

    public bool ShouldStop(Tensor newLogProbs, Tensor oldLogProbs, Tensor mask)
    {
        using var _ = no_grad();
        var delta = newLogProbs.detach() - oldLogProbs;
        var k3 = ((delta.exp() - 1 - delta) * mask).sum() / mask.sum();
        var value = k3.ToDouble();
        history.Add(value);
        return value > limit;
    }
}

public sealed class MonitoredTrainer
{
    private readonly nn.Module<Tensor, Tensor> m;
    private readonly optim.Optimizer o;
    private readonly TrustMonitor monitor = new(0.05);

    public MonitoredTrainer(nn.Module<Tensor, Tensor> m)
    {
        this.m = m;
        o = optim.NAdam(m.parameters(), 1e-5);
    }

    public int Fit(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        var done = 0;
        while (done < 6)
        {
            using var scope = NewDisposeScope();
            var lp = m.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            if (monitor.ShouldStop(lp, old, mask))
            {
                return done;
            }

            var r = exp(lp - old);
            var loss = (-minimum(r * adv, r.clamp(0.8, 1.2) * adv) * mask).sum() / (mask.shape[0] * 512.0);
            o.zero_grad();
            loss.backward();
            o.step();
            done++;
        }

        return done;
    }
}
