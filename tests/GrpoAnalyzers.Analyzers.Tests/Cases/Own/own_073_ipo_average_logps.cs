// case: own.073
// expect: none
// shape: IPO: squared margin of length-averaged log-ratios against the reference
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class IpoTrainer
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly nn.Module<Tensor, Tensor> frozen;
    private readonly optim.Optimizer optimizer;

    public IpoTrainer(nn.Module<Tensor, Tensor> policy, nn.Module<Tensor, Tensor> frozen)
    {
        this.policy = policy;
        this.frozen = frozen;
        optimizer = optim.AdamW(policy.parameters(), lr: 1e-6);
    }

    private static Tensor PerTokenAverage(Tensor logits, Tensor ids, Tensor mask)
    {
        var lp = logits.log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        return (lp * mask).sum(1) / mask.sum(1);
    }

    public void Step(Tensor ids, Tensor mask, int half, double tau = 0.1)
    {
        var p = PerTokenAverage(policy.call(ids), ids, mask);
        Tensor r;
        using (no_grad())
        {
            r = PerTokenAverage(frozen.call(ids), ids, mask);
        }

        var diff = p - r;
        var h = diff.narrow(0, 0, half) - diff.narrow(0, half, half);
        var loss = (h - 1 / (2 * tau)).pow(2).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
