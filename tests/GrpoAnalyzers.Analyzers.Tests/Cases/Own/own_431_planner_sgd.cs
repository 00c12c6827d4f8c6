// case: own.431
// expect: none
// shape: verl-style actor update, single pass over disjoint minibatches, SGD, group std, constant normaliser
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

// ported from verl/workers/actor/dp_actor.py, plans for the warehouse planner
public class ActorConfig
{
    public double clip_ratio = 0.2;
    public int ppo_mini_batch_size = 32;
    public int rollout_n = 8;
    public int max_response_length = 256;
    public double grad_clip = 1.0;
}

public class DataProto
{
    public Tensor input_ids, response_mask, old_log_probs, token_level_rewards, advantages;

    public IEnumerable<DataProto> split(int size)
    {
        var total = (int)input_ids.shape[0];
        for (int start = 0; start < total; start += size)
        {
            var end = Math.Min(start + size, total);
            yield return new DataProto
            {
                input_ids = input_ids[start..end],
                response_mask = response_mask[start..end],
                old_log_probs = old_log_probs[start..end],
                advantages = advantages[start..end],
            };
        }
    }
}

public class PlanActor
{
    readonly nn.Module<Tensor, Tensor> actor_module;
    readonly optim.Optimizer actor_optimizer;
    readonly ActorConfig config;

    public PlanActor(nn.Module<Tensor, Tensor> module, ActorConfig config)
    {
        actor_module = module;
        this.config = config;
        actor_optimizer = optim.SGD(module.parameters(), 0.05, momentum: 0.9);
    }

    Tensor _forward_micro_batch(Tensor input_ids)
    {
        var logits = actor_module.forward(input_ids[.., ..^1]);
        return logits.log_softmax(-1).gather(-1, input_ids[.., 1..].unsqueeze(-1)).squeeze(-1);
    }

    public Tensor compute_log_prob(DataProto data)
    {
        using (no_grad()) return _forward_micro_batch(data.input_ids);
    }

    public void compute_advantage(DataProto data)
    {
        var scores = data.token_level_rewards.sum(-1).view(-1, config.rollout_n);
        var mean = scores.mean(new long[] { 1 }, keepdim: true);
        var std = scores.std(1, keepdim: true);
        data.advantages = ((scores - mean) / (std + 1e-6)).view(-1, 1) * data.response_mask;
    }

    public void update_policy(DataProto data)
    {
        actor_module.train();
        foreach (var mini in data.split(config.ppo_mini_batch_size))
        {
            var log_prob = _forward_micro_batch(mini.input_ids);
            var negative_approx_kl = (log_prob - mini.old_log_probs) * mini.response_mask;
            var ratio = exp(negative_approx_kl);
            var pg_losses = -mini.advantages * ratio;
            var pg_losses2 = -mini.advantages * clamp(ratio, 1 - config.clip_ratio, 1 + config.clip_ratio);
            var pg = maximum(pg_losses, pg_losses2) * mini.response_mask;
            var pg_loss = pg.sum() / (mini.input_ids.shape[0] * config.max_response_length);
            actor_optimizer.zero_grad();
            pg_loss.backward();
            nn.utils.clip_grad_norm_(actor_module.parameters(), config.grad_clip);
            actor_optimizer.step();
        }
    }

    public void fit(IEnumerable<DataProto> rollouts)
    {
        foreach (var data in rollouts)
        {
            data.old_log_probs = compute_log_prob(data);
            compute_advantage(data);
            update_policy(data);
        }
    }
}
