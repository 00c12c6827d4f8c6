// case: own.125
// expect: none
// shape: imagined rollouts with a world model, lambda returns, percentile-range scaling of returns, entropy bonus
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Dreaming;

public sealed class ImaginationTrainer
{
    private readonly nn.Module<Tensor, Tensor, Tensor> world;
    private readonly nn.Module<Tensor, Tensor> actor;
    private readonly nn.Module<Tensor, Tensor> critic;
    private readonly nn.Module<Tensor, Tensor> reward;
    private readonly optim.Optimizer actorOptimizer;
    private readonly optim.Optimizer criticOptimizer;
    private double low;
    private double high = 1;

    public ImaginationTrainer(nn.Module<Tensor, Tensor, Tensor> world, nn.Module<Tensor, Tensor> actor, nn.Module<Tensor, Tensor> critic, nn.Module<Tensor, Tensor> reward)
    {
        this.world = world;
        this.actor = actor;
        this.critic = critic;
        this.reward = reward;
        actorOptimizer = optim.Adam(actor.parameters(), lr: 3e-5, eps: 1e-5);
        criticOptimizer = optim.Adam(critic.parameters(), lr: 3e-5, eps: 1e-5);
    }

    public void Imagine(Tensor start, int horizon)
    {
        var state = start;
        var logProbs = new List<Tensor>();
        var entropies = new List<Tensor>();
        var states = new List<Tensor>();
        var rewards = new List<Tensor>();
        for (var t = 0; t < horizon; t++)
        {
            var dist = distributions.Categorical(logits: actor.call(state));
            var action = dist.sample();
            logProbs.Add(dist.log_prob(action));
            entropies.Add(dist.entropy());
            states.Add(state);
            using (no_grad())
            {
                state = world.call(state, action.unsqueeze(-1));
                rewards.Add(reward.call(state).squeeze(-1));
            }
        }

        var values = stack(states.Select(s => critic.call(s).squeeze(-1)).ToList());
        var returns = new Tensor[horizon];
        var next = values[horizon - 1].detach();
        for (var t = horizon - 1; t >= 0; t--)
        {
            next = rewards[t] + 0.99 * (0.05 * values[t].detach() + 0.95 * next);
            returns[t] = next;
        }

        var target = stack(returns);
        low = 0.99 * low + 0.01 * target.min().item<float>();
        high = 0.99 * high + 0.01 * target.max().item<float>();
        var scale = Math.Max(1.0, high - low);
        var advantage = ((target - values) / scale).detach();
        var actorLoss = -(advantage * stack(logProbs)).mean() - 3e-4 * stack(entropies).mean();
        actorOptimizer.zero_grad();
        actorLoss.backward();
        actorOptimizer.step();

        var criticLoss = nn.functional.smooth_l1_loss(stack(states.Select(s => critic.call(s.detach()).squeeze(-1)).ToList()), target);
        criticOptimizer.zero_grad();
        criticLoss.backward();
        criticOptimizer.step();
    }
}
