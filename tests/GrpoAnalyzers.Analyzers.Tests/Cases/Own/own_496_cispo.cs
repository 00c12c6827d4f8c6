// case: own.496
// expect: none
// shape: CISPO, detached clamped importance weight times log-prob, several epochs, token mean, centred
using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Sudoku;

public sealed class CispoLoss : nn.Module<Tensor, Tensor, Tensor, Tensor, Tensor>
{
    private readonly double _high;
    public CispoLoss(double high) : base("cispo") => _high = high;

    public override Tensor forward(Tensor logp, Tensor oldLogp, Tensor advantages, Tensor mask)
    {
        var weight = (logp - oldLogp).exp().clamp(max: 1 + _high).detach();
        var perToken = weight * advantages.unsqueeze(-1) * logp;
        return -(perToken * mask).sum() / mask.sum();
    }
}

public static class SudokuTrainer
{
    static Tensor LogP(nn.Module<Tensor, Tensor> net, Tensor ids)
    {
        var t = ids.narrow(1, 1, ids.shape[1] - 1);
        return net.call(ids).narrow(1, 0, t.shape[1]).log_softmax(-1).gather(-1, t.unsqueeze(-1)).squeeze(-1);
    }

    public static void Train(nn.Module<Tensor, Tensor> net, Func<(Tensor ids, Tensor mask, float[,] solved)> play, int iterations, int epochs = 3)
    {
        var optimizer = optim.AdamW(net.parameters(), lr: 3e-6);
        var criterion = new CispoLoss(high: 2.0);
        for (var i = 0; i < iterations; i++)
        {
            using var scope = NewDisposeScope();
            var (ids, mask, solved) = play();
            var rewards = tensor(solved);
            var adv = (rewards - rewards.mean(new long[] { 1 }, keepdim: true)).flatten();
            Tensor old;
            using (no_grad()) old = LogP(net, ids);
            for (var e = 0; e < epochs; e++)
            {
                optimizer.zero_grad();
                var loss = criterion.call(LogP(net, ids), old, adv, mask);
                loss.backward();
                nn.utils.clip_grad_norm_(net.parameters(), 1.0);
                optimizer.step();
            }
        }
    }
}
