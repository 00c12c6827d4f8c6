// case: own.368
// expect: none
// shape: PPO for dialogue with value head and GAE, batch-wide whitening, single pass over disjoint minibatches
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Dialogue;

public sealed class ActorCritic : nn.Module<Tensor, (Tensor logits, Tensor value)>
{
    private readonly nn.Module<Tensor, Tensor> embed, body, lmHead, valueHead;

    public ActorCritic(long vocab, long width) : base("actor_critic")
    {
        embed = nn.Embedding(vocab, width);
        body = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, width));
        lmHead = nn.Linear(width, vocab);
        valueHead = nn.Linear(width, 1);
        RegisterComponents();
    }

    public override (Tensor logits, Tensor value) forward(Tensor ids)
    {
        var h = body.forward(embed.forward(ids));
        return (lmHead.forward(h), valueHead.forward(h).squeeze(-1));
    }
}

public record Turns(Tensor Ids, Tensor Next, Tensor Mask, Tensor Logp, Tensor Values, Tensor Rewards);

public sealed class PpoTrainer
{
    private readonly ActorCritic model;
    private readonly optim.Optimizer optimizer;
    private readonly Func<ActorCritic, Turns> collect;

    public PpoTrainer(ActorCritic model, Func<ActorCritic, Turns> collect)
    {
        this.model = model;
        this.collect = collect;
        optimizer = optim.Adam(model.parameters(), 1e-5);
    }

    public void Train(int iterations, int minibatch)
    {
        for (var i = 0; i < iterations; i++)
        {
            using var scope = NewDisposeScope();
            var data = collect(model);
            var adv = Gae(data.Rewards, data.Values, 1.0f, 0.95f);
            var returns = adv + data.Values;
            var n = data.Mask.sum();
            var mean = (adv * data.Mask).sum() / n;
            var variance = ((adv - mean).pow(2) * data.Mask).sum() / n;
            var white = (adv - mean) * (variance + 1e-8).rsqrt();

            foreach (var rows in randperm(data.Ids.shape[0]).split(minibatch))
            {
                var (logits, value) = model.forward(data.Ids.index_select(0, rows));
                var mask = data.Mask.index_select(0, rows);
                var logp = nn.functional.log_softmax(logits, -1)
                    .gather(-1, data.Next.index_select(0, rows).unsqueeze(-1)).squeeze(-1);
                var ratio = (logp - data.Logp.index_select(0, rows)).exp();
                var a = white.index_select(0, rows);
                var policyLoss = -(minimum(ratio * a, ratio.clamp(0.8, 1.2) * a) * mask).sum() / mask.sum();
                var valueError = (value - returns.index_select(0, rows)).pow(2) * mask;
                var valueLoss = (valueError.sum(1) / mask.sum(1)).mean();

                optimizer.zero_grad();
                (policyLoss + 0.5 * valueLoss).backward();
                nn.utils.clip_grad_norm_(model.parameters(), 0.5);
                optimizer.step();
            }
        }
    }

    private static Tensor Gae(Tensor rewards, Tensor values, float gamma, float lambda)
    {
        using var _ = no_grad();
        var steps = rewards.shape[1];
        var columns = new Tensor[steps];
        var running = zeros_like(rewards.select(1, 0));
        var nextValue = zeros_like(running);
        for (var t = steps - 1; t >= 0; t--)
        {
            var delta = rewards.select(1, t) + gamma * nextValue - values.select(1, t);
            running = delta + gamma * lambda * running;
            nextValue = values.select(1, t);
            columns[t] = running;
        }
        return stack(columns, 1);
    }
}
