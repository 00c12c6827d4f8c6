// case: held.025
// expect: none
// shape: the loop is written, its bound is a record parameter with default 1
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public record Settings(int NumIterations = 1, double Epsilon = 0.2, double LearningRate = 1e-6);

public class OneIteration
{
    private readonly Settings settings = new();
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public OneIteration(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: settings.LearningRate);
    }

    public void Step(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        for (var i = 0; i < settings.NumIterations; i++)
        {
            var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = (lp - old).clamp(-20, 20).exp();
            var loss = -(minimum(ratio * adv, ratio.clamp(1 - settings.Epsilon, 1 + settings.Epsilon) * adv) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
