// case: own.363
// expect: none
// shape: group std with SGD, one update per rollout, token mean
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace StoryTeller;

public delegate (Tensor ids, Tensor mask, Tensor reward) Rollout(nn.Module<Tensor, Tensor> model);

public sealed class StoryTrainer
{
    private readonly nn.Module<Tensor, Tensor> _writer;
    private readonly optim.Optimizer _sgd;
    private readonly int _group;

    public StoryTrainer(nn.Module<Tensor, Tensor> writer, int group)
    {
        _writer = writer;
        _group = group;
        _sgd = optim.SGD(writer.parameters(), 1e-3, momentum: 0.9);
    }

    public IEnumerable<float> Train(Rollout rollout, int iterations)
    {
        for (var it = 0; it < iterations; it++)
        {
            using var scope = NewDisposeScope();
            var (ids, mask, reward) = rollout(_writer);

            Tensor old;
            using (no_grad())
                old = LogProbs(ids).detach();

            var adv = Whiten(reward.view(-1, _group)).view(-1, 1);

            _sgd.zero_grad();
            var ratio = exp(LogProbs(ids) - old);
            var surr = minimum(ratio * adv, clamp(ratio, 0.8, 1.2) * adv);
            var loss = -(surr * mask).sum() / mask.sum();
            loss.backward();
            nn.utils.clip_grad_norm_(_writer.parameters(), 1.0);
            _sgd.step();

            yield return reward.mean().item<float>();
        }
    }

    private static Tensor Whiten(Tensor r)
    {
        var mu = r.mean(new long[] { 1 }, keepdim: true);
        var sd = r.std(1, keepdim: true);
        return (r - mu) / (sd + 1e-4);
    }

    private Tensor LogProbs(Tensor ids)
    {
        var n = ids.shape[1];
        var lp = nn.functional.log_softmax(_writer.forward(ids.narrow(1, 0, n - 1)), -1);
        return lp.gather(-1, ids.narrow(1, 1, n - 1).unsqueeze(-1)).squeeze(-1);
    }
}
