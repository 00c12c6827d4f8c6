// case: own.062
// expect: none
// shape: the sequence mean exists as an arm of a switch whose option has the token mean as its only value
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public enum LossMode
{
    TokenMean,
    SequenceMean,
    Constant,
}

public class ModeTrainer
{
    private const LossMode Mode = LossMode.TokenMean;
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public ModeTrainer(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.Adam(model.parameters(), lr: 1e-6);
    }

    private static Tensor Aggregate(Tensor x, Tensor m) => Mode switch
    {
        LossMode.TokenMean => (x * m).sum() / m.sum(),
        LossMode.SequenceMean => ((x * m).sum(1) / m.sum(1)).mean(),
        _ => (x * m).sum() / 2048,
    };

    public void Step(Tensor ids, Tensor m, Tensor old, Tensor adv)
    {
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - old).exp();
        var loss = Aggregate(-minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv), m);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
