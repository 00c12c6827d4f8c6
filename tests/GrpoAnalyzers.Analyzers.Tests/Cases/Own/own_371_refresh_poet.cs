// case: own.371
// expect: none
// shape: old log-probs and samples refreshed each round, summed sequence loss, std only logged, metrics per length
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Poet;

public sealed record Verses(Tensor Ids, Tensor Mask, Tensor Score);

public sealed record Report(float Reward, float Spread, float LogpPerToken, float Length);

public sealed class PoetTrainer
{
    private readonly nn.Module<Tensor, Tensor> _poet;
    private readonly Func<nn.Module<Tensor, Tensor>, int, Verses> _compose;
    private readonly optim.Optimizer _optimizer;
    private readonly List<Report> _reports = new();
    private const int Group = 16;

    public PoetTrainer(nn.Module<Tensor, Tensor> poet, Func<nn.Module<Tensor, Tensor>, int, Verses> compose)
    {
        _poet = poet;
        _compose = compose;
        _optimizer = optim.Adam(poet.parameters(), 1e-6);
    }

    public IReadOnlyList<Report> Reports => _reports;

    public void Train(int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            using var scope = NewDisposeScope();
            Verses v;
            Tensor old;
            using (no_grad())
            {
                v = _compose(_poet, Group);
                old = LogProbs(v.Ids);
            }

            var grouped = v.Score.view(-1, Group);
            var baseline = grouped.mean(new long[] { 1 }, keepdim: true);
            var adv = (grouped - baseline).reshape(-1, 1);

            var logp = LogProbs(v.Ids);
            var ratio = (logp - old).exp();
            var token = minimum(ratio * adv, ratio.clamp(0.8, 1.28) * adv) * v.Mask;
            var loss = -token.sum(1).mean();

            _optimizer.zero_grad();
            loss.backward();
            nn.utils.clip_grad_norm_(_poet.parameters(), 1.0);
            _optimizer.step();

            _reports.Add(Measure(v, logp.detach(), grouped));
        }
    }

    private static Report Measure(Verses v, Tensor logp, Tensor grouped)
    {
        using var _ = no_grad();
        var lengths = v.Mask.sum(1);
        var perToken = ((logp * v.Mask).sum(1) / lengths).mean();
        return new Report(
            v.Score.mean().item<float>(),
            grouped.std(1).mean().item<float>(),
            perToken.item<float>(),
            lengths.mean().item<float>());
    }

    private Tensor LogProbs(Tensor ids)
    {
        var n = ids.shape[1] - 1;
        var logits = _poet.forward(ids.narrow(1, 0, n));
        return nn.functional.log_softmax(logits, -1)
            .gather(-1, ids.narrow(1, 1, n).unsqueeze(-1)).squeeze(-1);
    }
}
