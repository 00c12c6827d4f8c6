// case: own.185
// expect: none
// shape: group deviation with SGD and a token mean, one update; a study of step sizes
using System;
using TorchSharp;
using static TorchSharp.torch;

public class SgdStudy
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public SgdStudy(nn.Module<Tensor, Tensor> model, double rate)
    {
        this.model = model;
        optimizer = optim.SGD(model.parameters(), rate);
    }

    public double[] Run(Func<(Tensor ids, Tensor mask, Tensor rewards)> sample, int steps)
    {
        var history = new double[steps];
        for (var i = 0; i < steps; i++)
        {
            using var scope = NewDisposeScope();
            var (ids, mask, rewards) = sample();
            var g = rewards.view(-1, 8);
            var adv = ((g - g.mean(new long[] { 1 }, true)) / (g.std(1, true, true) + 1e-4)).view(-1, 1);
            var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var loss = -(lp * adv * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            history[i] = rewards.mean().item<float>();
        }

        return history;
    }
}
