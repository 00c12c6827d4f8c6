// case: C1.24
// expect: none
// shape: LINQ averages of averages are floats without gradient; the loss is a token mean
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace FloatMetric;

public sealed record SequenceReport(float[] TokenLosses);

public class MetricTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public MetricTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-5);
    }

    public float Update(Tensor tokens, Tensor mask, Tensor old, Tensor adv)
    {
        var lp = policy.call(tokens).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
        var r = (lp - old).exp();
        var pt = -torch.min(r * adv.unsqueeze(1), r.clamp(0.8, 1.2) * adv.unsqueeze(1));
        var loss = (pt * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();

        var reports = new List<SequenceReport>();
        for (long i = 0; i < tokens.shape[0]; i++)
            reports.Add(new SequenceReport(pt[i].masked_select(mask[i] > 0).detach().data<float>().ToArray()));
        return reports.Average(s => s.TokenLosses.Average());
    }
}
