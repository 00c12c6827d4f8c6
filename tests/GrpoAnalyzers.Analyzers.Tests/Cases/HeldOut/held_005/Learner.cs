// case: held.005
// expect: GRPO001
// shape: aggregation behind an interface with one implementation in another file
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Agg;

public interface IAggregator
{
    Tensor Combine(Tensor perToken, Tensor mask);
}

public class Learner
{
    private readonly IAggregator aggregator;
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public Learner(nn.Module<Tensor, Tensor> model, IAggregator aggregator)
    {
        this.model = model;
        this.aggregator = aggregator;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    public void Step(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - old).exp();
        var perToken = -minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv);
        var loss = {|GRPO001:aggregator.Combine(perToken, mask)|};
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
