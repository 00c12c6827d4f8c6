// case: own.334
// expect: none
// shape: centring only, token mean over each minibatch, single pass over disjoint minibatches, per-row lengths only logged
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace LetterWriting;

public sealed record Rollout(Tensor Ids, Tensor Mask, Tensor OldLogp, Tensor Rewards, int GroupSize);

public sealed class TokenMeanTrainer
{
    private readonly nn.Module<Tensor, Tensor> _policy;
    private readonly optim.Optimizer _optimizer;
    private readonly IProgress<string> _progress;
    public int MiniBatchSize { get; init; } = 16;

    public TokenMeanTrainer(nn.Module<Tensor, Tensor> policy, IProgress<string> progress)
    {
        _policy = policy;
        _progress = progress;
        _optimizer = optim.AdamW(policy.parameters(), lr: 1e-6, beta2: 0.95);
    }

    public void Update(Rollout rollout)
    {
        var grouped = rollout.Rewards.view(-1, rollout.GroupSize);
        var advantages = (grouped - grouped.mean(new long[] { 1 }, keepdim: true)).view(-1, 1);

        var order = randperm(rollout.Ids.shape[0]);
        foreach (var rows in order.split(MiniBatchSize))
        {
            using var scope = NewDisposeScope();
            var ids = rollout.Ids.index_select(0, rows);
            var mask = rollout.Mask.index_select(0, rows);
            var adv = advantages.index_select(0, rows);
            var old = rollout.OldLogp.index_select(0, rows);

            var lp = Logp(ids);
            var ratio = (lp - old).exp();
            var surrogate = minimum(ratio * adv, ratio.clamp(0.8, 1.28) * adv);
            var loss = -(surrogate * mask).sum() / mask.sum();

            _optimizer.zero_grad();
            loss.backward();
            nn.utils.clip_grad_norm_(_policy.parameters(), 1.0);
            _optimizer.step();

            using (no_grad())
            {
                var perRow = (lp * mask).sum(1) / mask.sum(1);
                _progress.Report($"mean logp per letter {perRow.mean().ToSingle():F3}, " +
                                 $"length {mask.sum(1).mean().ToSingle():F1}, spread {grouped.std(1).mean().ToSingle():F3}");
            }
        }
    }

    private Tensor Logp(Tensor ids)
        => _policy.forward(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
}
