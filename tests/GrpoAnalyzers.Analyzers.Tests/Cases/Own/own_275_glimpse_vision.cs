// case: own.275
// expect: GRPO002, GRPO003
// shape: vision, local functions, product with rsqrt of the variance, classifier with SGD beside it
using System;
using System.Collections.Generic;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Glimpse;

/// <summary>
/// A network looks at a picture through a small window, moves the window on a 7x7 grid and finally names the class.
/// Every picture is looked at by a group of rollouts; the reward is the probability of the right class.
/// </summary>
public sealed class GlimpseTrainer
{
    private const int Grid = 7, Looks = 6, Group = 12, Epochs = 3;

    private readonly Sequential _encoder = nn.Sequential(nn.Linear(64, 128), nn.ReLU());
    private readonly LSTM _memory = nn.LSTM(128, 128, batchFirst: true);
    private readonly Linear _where = nn.Linear(128, Grid * Grid);
    private readonly Linear _what;
    private readonly optim.Optimizer _gaze;
    private readonly optim.Optimizer _classifier;

    public GlimpseTrainer(int classes)
    {
        _what = nn.Linear(128, classes);
        var gaze = new List<Parameter>(_encoder.parameters());
        gaze.AddRange(_memory.parameters());
        gaze.AddRange(_where.parameters());
        _gaze = optim.Adam(gaze, 2e-4);
        _classifier = optim.SGD(_what.parameters(), 0.01, momentum: 0.9);
    }

    public (float reward, float accuracy) Train(Tensor patches, long label)
    {
        // patches: [Grid*Grid, 64]
        var (positions, logits) = Look();
        var target = full(Group, label, ScalarType.Int64);

        // the classifier learns by ordinary cross entropy
        var ce = nn.functional.cross_entropy(logits, target);
        _classifier.zero_grad();
        ce.backward();
        _classifier.step();

        var reward = logits.softmax(1).select(1, label).detach();
        var advantage = Advantage(reward);
        Tensor old;
        using (no_grad()) old = LogProb();

        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            var ratio = (LogProb() - old).exp();
            var a = advantage.unsqueeze(1);
            var loss = -torch.minimum(ratio * a, ratio.clamp(0.85, 1.15) * a).sum(1).mean();
            _gaze.zero_grad();
            loss.backward();
            {|GRPO003:_gaze.step()|};
        }
        return (reward.mean().ToSingle(), logits.argmax(1).eq(target).to(ScalarType.Float32).mean().ToSingle());

        Tensor Advantage(Tensor r)
        {
            var centred = r - r.mean();
            var variance = centred.pow(2).mean();
            return {|GRPO002:centred * (variance + 1e-8).rsqrt()|};
        }

        Tensor Hidden(Tensor where)
        {
            var seen = patches.index_select(0, where.flatten()).view(Group, -1, 64);
            return _memory.call(_encoder.call(seen)).Item1;
        }

        Tensor LogProb()
        {
            var start = zeros(Group, 1, ScalarType.Int64);
            var path = torch.cat(new[] { start, positions.narrow(1, 0, Looks - 1) }, 1);
            var logp = _where.call(Hidden(path)).log_softmax(-1);
            return logp.gather(2, positions.unsqueeze(2)).squeeze(2);
        }

        (Tensor, Tensor) Look()
        {
            Tensor path = zeros(Group, 1, ScalarType.Int64);
            using (no_grad())
            {
                for (var k = 0; k < Looks; k++)
                {
                    var p = _where.call(Hidden(path).select(1, -1)).softmax(-1);
                    path = torch.cat(new[] { path, p.multinomial(1) }, 1);
                }
            }
            var last = Hidden(path).select(1, -1).detach();
            return (path.narrow(1, 1, Looks), _what.call(last));
        }
    }
}
