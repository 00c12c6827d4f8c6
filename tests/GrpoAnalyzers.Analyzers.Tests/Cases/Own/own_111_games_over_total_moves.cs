// case: own.111
// expect: none
// shape: the same games, divided by the moves of all games together, one pass
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class TotalMovesLearner
{
    private readonly nn.Module<Tensor, Tensor> net;
    private readonly optim.Optimizer optimizer;

    public TotalMovesLearner(nn.Module<Tensor, Tensor> net)
    {
        this.net = net;
        optimizer = optim.AdamW(net.parameters(), lr: 1e-4);
    }

    public void Learn(IReadOnlyList<(Tensor boards, long[] moves, float[] logProbs, float result)> games)
    {
        var average = games.Average(g => g.result);
        var total = games.Sum(g => g.moves.Length);
        var losses = new List<Tensor>();
        foreach (var (boards, moves, logProbs, result) in games)
        {
            var lp = net.call(boards).log_softmax(1).gather(1, tensor(moves).unsqueeze(1)).squeeze(1);
            var ratio = (lp - tensor(logProbs)).exp();
            var a = result - average;
            losses.Add(minimum(ratio * a, ratio.clamp(0.8, 1.2) * a).sum().neg() / total);
        }

        var loss = stack(losses).sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
