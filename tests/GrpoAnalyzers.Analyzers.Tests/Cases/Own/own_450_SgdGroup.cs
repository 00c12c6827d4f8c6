// case: own.450
// expect: none
// shape: group z-scores with plain SGD, constant normaliser, one update
using System;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab;

public static class Stat
{
    public static Tensor ZScore(Tensor x, long dim)
    {
        var n = x.shape[dim];
        var mu = x.sum(dim, keepdim: true) / n;
        var dev = x - mu;
        var v = (dev * dev).sum(dim, keepdim: true) / (n - 1);
        return dev / (v + 1e-6).sqrt();
    }
}

public class SgdPolicyGradient
{
    const int MaxLen = 512;
    readonly nn.Module<Tensor, Tensor> f;
    readonly optim.Optimizer sgd;

    public SgdPolicyGradient(nn.Module<Tensor, Tensor> f, double lr)
    {
        this.f = f;
        sgd = torch.optim.SGD(f.parameters(), lr, momentum: 0.9);
    }

    /// ids, tgt, mask: [P*G, T]; reward: [P, G]
    public void Run(Tensor ids, Tensor tgt, Tensor mask, Tensor reward)
    {
        using var scope = NewDisposeScope();
        var a = Stat.ZScore(reward, 1).reshape(-1, 1);

        var logits = f.call(ids);
        var lp = logits.gather(2, tgt.unsqueeze(2)).squeeze(2) - torch.logsumexp(logits, 2);
        var ratio = torch.exp(lp - lp.detach());
        var s = torch.minimum(ratio * a, torch.clamp(ratio, 0.8, 1.2) * a);
        var perRow = torch.bmm(s.unsqueeze(1), mask.unsqueeze(2)).reshape(-1) / MaxLen;
        var loss = -perRow.mean();

        sgd.zero_grad();
        loss.backward();
        sgd.step();
    }
}
