// case: held.063
// expect: GRPO001
// shape: slate recommender: lists of items of different sizes, log-probs of a Plackett-Luce order averaged per slate
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Slates;

public sealed record Slate(Tensor Features, long[] Order, float Clicks);

public sealed class SlateTrainer
{
    private readonly nn.Module<Tensor, Tensor> scorer;
    private readonly optim.Optimizer optimizer;
    private double baseline;

    public SlateTrainer(nn.Module<Tensor, Tensor> scorer)
    {
        this.scorer = scorer;
        optimizer = optim.Adam(scorer.parameters(), lr: 1e-3);
    }

    private Tensor PositionLogProbs(Slate slate)
    {
        var scores = scorer.call(slate.Features).squeeze(-1).index_select(0, tensor(slate.Order));
        var remaining = scores.flip(0).exp().cumsum(0).log().flip(0);
        return scores - remaining;
    }

    public float Step(IReadOnlyList<Slate> slates)
    {
        var loss = zeros(1);
        foreach (var slate in slates)
        {
            var positions = PositionLogProbs(slate);
            var weight = slate.Clicks - baseline;
            var term = {|GRPO001:(positions * weight).sum() / slate.Order.Length|};
            loss = loss - term / slates.Count;
        }

        foreach (var slate in slates)
        {
            baseline = 0.99 * baseline + 0.01 * slate.Clicks;
        }

        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return loss.item<float>();
    }
}
