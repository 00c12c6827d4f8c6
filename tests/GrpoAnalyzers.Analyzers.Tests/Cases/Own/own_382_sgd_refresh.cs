// case: own.382
// expect: none
// shape: puzzle move sequences, SGD, group std, old log-probs replaced by each sweep's own
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace Sokoban;

public delegate Tensor Sampler(nn.Module<Tensor, Tensor> net, int levels, int tries);

public sealed class PushTrainer
{
    private readonly nn.Module<Tensor, Tensor> _net;
    private readonly optim.Optimizer _sgd;
    private readonly Sampler _sampler;
    private readonly Func<Tensor, Tensor> _solvedFraction;

    public PushTrainer(nn.Module<Tensor, Tensor> net, Sampler sampler, Func<Tensor, Tensor> solvedFraction)
    {
        _net = net;
        _sampler = sampler;
        _solvedFraction = solvedFraction;
        _sgd = optim.SGD(net.parameters(), learningRate: 0.01, momentum: 0.9);
    }

    private Tensor MoveLogProbs(Tensor moves)
    {
        var n = moves.shape[1] - 1;
        var lp = nn.functional.log_softmax(_net.call(moves.narrow(1, 0, n)), -1);
        return lp.gather(-1, moves.narrow(1, 1, n).unsqueeze(-1)).squeeze(-1);
    }

    private static Tensor Mask(Tensor moves) =>
        moves.narrow(1, 1, moves.shape[1] - 1).ne(0).to(ScalarType.Float32);

    private IEnumerable<(Tensor Moves, Tensor Old, Tensor Advantage)> Rollouts(int sweeps, int tries)
    {
        for (int i = 0; i < sweeps; i++)
        {
            Tensor moves, old;
            using (no_grad())
            {
                moves = _sampler(_net, 8, tries);
                old = MoveLogProbs(moves);
            }
            var solved = _solvedFraction(moves).view(-1, tries);
            var (std, mean) = (solved.std(1, unbiased: false, keepdim: true), solved.mean(new long[] { 1 }, true));
            yield return (moves, old, ((solved - mean) / (std + 1e-4)).view(-1, 1));
        }
    }

    public void Train(int sweeps, int tries)
    {
        foreach (var (moves, old, advantage) in Rollouts(sweeps, tries))
        {
            using var scope = NewDisposeScope();
            var mask = Mask(moves);
            var ratio = exp(MoveLogProbs(moves) - old);
            var surrogate = minimum(ratio * advantage, clamp(ratio, 0.9, 1.1) * advantage);
            var loss = (surrogate * mask).sum() / mask.sum();
            _sgd.zero_grad();
            (-loss).backward();
            _sgd.step();
        }
    }
}
