// case: C1.17
// expect: GRPO001
// shape: pt.mean([1]) on ragged rows in a list, REINFORCE with the old weights' importance detached
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Bracket;

public sealed class BracketLearner
{
    private readonly Module<Tensor, Tensor> brain;
    private readonly optim.Optimizer opt;

    public BracketLearner(Module<Tensor, Tensor> brain)
    {
        this.brain = brain;
        opt = optim.AdamW(brain.parameters());
    }

    public void Train(IList<Tensor> rows, IList<Tensor> stale, Tensor adv)
    {
        var means = new List<Tensor>();
        foreach (var (row, i) in rows.Select((r, i) => (r, i)))
        {
            var lp = distributions.Categorical(logits: brain.call(row)).log_prob(row);
            var weight = (lp.detach() - stale[i]).exp().clamp(max: 2.0);
            var pt = weight * lp * adv[i];
            means.Add({|GRPO001:pt.mean([1])|});
        }

        var loss = -torch.cat(means, 0).mean();
        opt.zero_grad();
        loss.backward();
        opt.step();
    }
}
