// case: own.110
// expect: GRPO001, GRPO003
// shape: self-play games of different lengths, each game's move objectives averaged, several passes over the games
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class SelfPlayLearner
{
    public sealed class Game
    {
        public readonly List<Tensor> Boards = new();
        public readonly List<long> Moves = new();
        public readonly List<float> LogProbs = new();
        public float Result;
    }

    private readonly nn.Module<Tensor, Tensor> net;
    private readonly optim.Optimizer optimizer;

    public SelfPlayLearner(nn.Module<Tensor, Tensor> net)
    {
        this.net = net;
        optimizer = optim.AdamW(net.parameters(), lr: 1e-4);
    }

    public void Learn(List<Game> games, int passes)
    {
        var average = games.Average(g => g.Result);
        for (var pass = 0; pass < passes; pass++)
        {
            var losses = new List<Tensor>();
            foreach (var game in games)
            {
                var logits = net.call(stack(game.Boards));
                var lp = logits.log_softmax(1).gather(1, tensor(game.Moves.ToArray()).unsqueeze(1)).squeeze(1);
                var ratio = (lp - tensor(game.LogProbs.ToArray())).exp();
                var a = game.Result - average;
                var objective = minimum(ratio * a, ratio.clamp(0.8, 1.2) * a);
                losses.Add({|GRPO001:objective.sum().neg() / game.Moves.Count|});
            }

            var loss = stack(losses).mean();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
