// case: own.288
// expect: none
// shape: loop named epoch collects new rollouts and log-probs in its body
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Maze;

public interface IMaze
{
    int Start(int seed);
    (int cell, float reward, bool done) Move(int direction);
}

public static class MazeTraining
{
    const int Cells = 100, Directions = 4, Episodes = 16, Limit = 60;

    public static void Run(IMaze maze)
    {
        var policy = nn.Sequential(nn.Embedding(Cells, 32), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, Directions));
        var adam = optim.Adam(policy.parameters(), lr: 1e-3);
        const double clip = 0.2;

        // each pass plays new episodes with the present policy, so the log-probabilities are never reused
        for (int ppoEpoch = 0; ppoEpoch < 500; ppoEpoch++)
        {
            var (cells, moves, oldLogp, advantage) = Play(maze, policy, ppoEpoch % 10);
            var logp = policy.call(cells).log_softmax(1).gather(1, moves.unsqueeze(1)).squeeze(1);
            var ratio = (logp - oldLogp).exp();
            var loss = -torch.min(ratio * advantage, ratio.clamp(1 - clip, 1 + clip) * advantage).sum() / (Episodes * Limit);
            adam.zero_grad();
            loss.backward();
            adam.step();
            if (ppoEpoch % 50 == 0) Console.WriteLine($"{ppoEpoch}: {advantage.shape[0]} moves");
        }
    }

    static (Tensor cells, Tensor moves, Tensor logp, Tensor advantage) Play(IMaze maze, Sequential policy, int seed)
    {
        using var _ = no_grad();
        var cells = new List<long>();
        var moves = new List<long>();
        var logps = new List<float>();
        var owner = new List<int>();
        var totals = new float[Episodes];
        for (int e = 0; e < Episodes; e++)
        {
            int cell = maze.Start(seed);
            for (int t = 0; t < Limit; t++)
            {
                var row = policy.call(tensor(new long[] { cell })).log_softmax(1)[0];
                var move = row.exp().multinomial(1).ToInt64();
                cells.Add(cell);
                moves.Add(move);
                logps.Add(row[move].ToSingle());
                owner.Add(e);
                (cell, var reward, var done) = maze.Move((int)move);
                totals[e] += reward;
                if (done) break;
            }
        }
        var mean = totals.Average();
        var advantage = owner.Select(e => totals[e] - mean).ToArray();
        return (tensor(cells.ToArray()), tensor(moves.ToArray()), tensor(logps.ToArray()), tensor(advantage));
    }
}
