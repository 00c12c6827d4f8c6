// case: own.377
// expect: none
// shape: chat rewards, iterator over disjoint minibatches, one pass, constant token budget, centring
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Helpdesk;

public sealed class Rollout
{
    public Tensor Ids = null!, Mask = null!, OldLogProbs = null!;
    public Tensor Helpful = null!, Safe = null!, Format = null!;
}

public static class Shards
{
    public static IEnumerable<Tensor> Disjoint(long rows, long size)
    {
        var order = randperm(rows, ScalarType.Int64);
        for (long at = 0; at < rows; at += size)
            yield return order.narrow(0, at, Math.Min(size, rows - at));
    }
}

public sealed class HelpdeskTrainer
{
    const double MaxTokens = 1024;
    readonly nn.Module<Tensor, Tensor> policy;
    readonly optim.Optimizer optimizer;

    public HelpdeskTrainer(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    Tensor Logp(Tensor ids)
    {
        var logits = policy.call(ids)[.., ..^1];
        return logits.log_softmax(-1).gather(-1, ids[.., 1..].unsqueeze(-1)).squeeze(-1);
    }

    static Tensor Centre(Tensor r, int group)
    {
        var v = r.view(-1, group);
        return (v - v.mean(new long[] { 1 }, true)).flatten();
    }

    public void Iterate(Func<Rollout> collect, int rounds, int group)
    {
        for (int k = 0; k < rounds; k++)
        {
            using var scope = NewDisposeScope();
            var roll = collect();
            using (no_grad()) roll.OldLogProbs = Logp(roll.Ids);
            var adv = new[] { roll.Helpful, roll.Safe, roll.Format }
                .Select(r => Centre(r, group))
                .Aggregate((a, b) => a + b);

            foreach (var rows in Shards.Disjoint(roll.Ids.shape[0], 32))
            {
                var m = roll.Mask.index_select(0, rows)[.., 1..];
                var a = adv.index_select(0, rows).unsqueeze(1);
                var ratio = (Logp(roll.Ids.index_select(0, rows)) - roll.OldLogProbs.index_select(0, rows)).exp();
                var s = torch.minimum(ratio * a, ratio.clamp(0.8, 1.2) * a) * m;
                var loss = -(s.sum(1) / MaxTokens).mean();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
    }
}
