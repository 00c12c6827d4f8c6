// case: held.060
// expect: none
// shape: one program: supervised warm-up with row means and epochs, then Dr.GRPO, one update a rollout
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace WarmStart;

public sealed class Pipeline
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly Func<int, (Tensor ids, Tensor mask, Tensor rewards)> rollout;
    private readonly int maxLength;

    public Pipeline(nn.Module<Tensor, Tensor> model, Func<int, (Tensor ids, Tensor mask, Tensor rewards)> rollout, int maxLength)
    {
        this.model = model;
        this.rollout = rollout;
        this.maxLength = maxLength;
    }

    private Tensor TokenLogProbs(Tensor ids)
    {
        var logits = model.call(ids);
        return logits.gather(-1, ids.unsqueeze(-1)).squeeze(-1) - logits.logsumexp(-1);
    }

    public void WarmUp(IReadOnlyList<(Tensor ids, Tensor mask)> examples, int epochs)
    {
        var optimizer = optim.AdamW(model.parameters(), lr: 1e-5);
        var best = float.MaxValue;
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            var sum = 0f;
            foreach (var (ids, mask) in examples)
            {
                var nll = -TokenLogProbs(ids);
                var loss = ((nll * mask).sum(1) / mask.sum(1)).mean();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
                sum += loss.item<float>();
            }

            if (sum > best)
            {
                break;
            }

            best = sum;
        }
    }

    public void Reinforce(int steps, int group)
    {
        var optimizer = optim.AdamW(model.parameters(), lr: 1e-6, beta1: 0.9, beta2: 0.95);
        var scheduler = optim.lr_scheduler.CosineAnnealingLR(optimizer, steps);
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            Tensor ids, mask, rewards, old;
            using (no_grad())
            {
                (ids, mask, rewards) = rollout(group);
                old = TokenLogProbs(ids);
            }

            var table = rewards.view(-1, group);
            var advantage = (table - table.mean(new long[] { 1 }, keepdim: true)).view(-1, 1);
            var lp = TokenLogProbs(ids);
            var ratio = (lp - old).exp();
            var perToken = -minimum(ratio * advantage, ratio.clamp(0.8, 1.2) * advantage);
            var loss = ((perToken * mask).sum(1) / maxLength).mean();
            optimizer.zero_grad();
            loss.backward();
            nn.utils.clip_grad_norm_(model.parameters(), 1.0);
            optimizer.step();
            scheduler.step();

            var lengths = mask.sum(1);
            var correct = lengths.masked_select(rewards.gt(0));
            var wrong = lengths.masked_select(rewards.le(0));
            Console.WriteLine($"{step} reward {rewards.mean().item<float>():f3} std {table.std(1).mean().item<float>():f3} "
                + $"length {lengths.mean().item<float>():f1} right {correct.sum().item<float>() / Math.Max(1, correct.numel()):f1} "
                + $"wrong {wrong.sum().item<float>() / Math.Max(1, wrong.numel()):f1}");
        }
    }
}
