// case: own.173
// expect: GRPO002, GRPO003
// shape: async enumerable of rollouts, each replayed several times; unflatten over groups, deviation floor by maximum
using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using TorchSharp;
using static TorchSharp.torch;

public sealed record Rollout(Tensor Ids, Tensor Mask, Tensor LogProbs, Tensor Rewards);

public sealed class StreamTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;
    private readonly long groupSize;

    public StreamTrainer(nn.Module<Tensor, Tensor> lm, long groupSize)
    {
        (this.lm, this.groupSize) = (lm, groupSize);
        optimizer = optim.AdamW(lm.parameters(), lr: 1e-6, weight_decay: 0.1);
    }

    public async Task RunAsync(IAsyncEnumerable<Rollout> rollouts, int replays, CancellationToken cancel)
    {
        await foreach (var rollout in rollouts.WithCancellation(cancel))
        {
            var adv = Whiten(rollout.Rewards);
            for (var replay = 0; replay < replays; replay++)
            {
                if (cancel.IsCancellationRequested)
                    return;
                await Task.Run(() => Apply(rollout, adv), cancel);
            }
        }
    }

    private Tensor Whiten(Tensor rewards)
    {
        var g = rewards.unflatten(0, -1, groupSize);
        var mu = g.mean(new long[] { 1 }, true);
        var sigma = g.std(1, true, true);
        return ({|GRPO002:(g - mu) / maximum(sigma, full_like(sigma, 1e-3))|}).flatten().unsqueeze(1);
    }

    private void Apply(Rollout rollout, Tensor adv)
    {
        using var scope = NewDisposeScope();
        var lp = lm.call(rollout.Ids).log_softmax(-1).gather(-1, rollout.Ids.unsqueeze(-1)).squeeze(-1);
        var ratio = exp(lp - rollout.LogProbs);
        var term = -minimum(ratio * adv, clamp(ratio, 0.8, 1.28) * adv);
        var loss = (term * rollout.Mask).sum() / rollout.Mask.sum();
        optimizer.zero_grad();
        loss.backward();
        {|GRPO003:optimizer.step()|};
    }
}
