// case: own.440
// expect: GRPO001, GRPO002, GRPO003
// shape: student port of verl core_algos: uid dictionaries for groups, agg_loss modes, ppo_epochs
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public static class core_algos
{
    // verl: compute_grpo_outcome_advantage
    public static Tensor compute_grpo_outcome_advantage(Tensor token_level_rewards, Tensor response_mask, string[] index, float epsilon = 1e-6f)
    {
        var scores = token_level_rewards.sum(-1).data<float>().ToArray();
        var id2score = new Dictionary<string, List<float>>();
        var id2mean = new Dictionary<string, float>();
        var id2std = new Dictionary<string, float>();
        for (int i = 0; i < scores.Length; i++)
        {
            if (!id2score.ContainsKey(index[i])) id2score[index[i]] = new List<float>();
            id2score[index[i]].Add(scores[i]);
        }
        foreach (var idx in id2score.Keys)
        {
            var t = tensor(id2score[idx].ToArray());
            id2mean[idx] = t.mean().ToSingle();
            id2std[idx] = t.std().ToSingle();
        }
        for (int i = 0; i < scores.Length; i++)
            scores[i] = {|GRPO002:(scores[i] - id2mean[index[i]]) / (id2std[index[i]] + epsilon)|};
        return tensor(scores).unsqueeze(-1) * response_mask;
    }

    // verl: agg_loss with loss_agg_mode = "seq-mean-token-mean"
    public static Tensor agg_loss(Tensor loss_mat, Tensor loss_mask)
    {
        var seq_losses = {|GRPO001:(loss_mat * loss_mask).sum(-1) / loss_mask.sum(-1)|};
        return seq_losses.mean();
    }

    public static (Tensor pg_loss, Tensor pg_clipfrac) compute_policy_loss(Tensor old_log_prob, Tensor log_prob, Tensor advantages,
        Tensor response_mask, double cliprange)
    {
        var negative_approx_kl = (log_prob - old_log_prob).clamp(-20.0, 20.0);
        var ratio = exp(negative_approx_kl);
        var pg_losses1 = -advantages * ratio;
        var pg_losses2 = -advantages * clamp(ratio, 1 - cliprange, 1 + cliprange);
        var pg_losses = maximum(pg_losses1, pg_losses2);
        var pg_clipfrac = (pg_losses2.gt(pg_losses1).to(float32) * response_mask).sum() / response_mask.sum();
        return (agg_loss(pg_losses, response_mask), pg_clipfrac.detach());
    }
}

public class PlanBatch
{
    public Tensor input_ids, response_mask, token_level_rewards, old_log_probs, advantages;
    public string[] uid;
}

public class RayPPOTrainer
{
    readonly nn.Module<Tensor, Tensor> actor;
    readonly optim.Optimizer actor_optim;
    readonly int ppo_epochs;

    public RayPPOTrainer(nn.Module<Tensor, Tensor> actor, int ppo_epochs)
    {
        this.actor = actor;
        this.ppo_epochs = ppo_epochs;
        actor_optim = optim.AdamW(actor.parameters(), lr: 1e-6, weight_decay: 0.01);
    }

    Tensor log_prob(Tensor ids) =>
        actor.forward(ids[.., ..^1]).log_softmax(-1).gather(-1, ids[.., 1..].unsqueeze(-1)).squeeze(-1);

    void update_actor(PlanBatch b)
    {
        for (int epoch = 0; epoch < ppo_epochs; epoch++)
        {
            var (loss, clipfrac) = core_algos.compute_policy_loss(b.old_log_probs, log_prob(b.input_ids), b.advantages, b.response_mask, 0.2);
            actor_optim.zero_grad();
            loss.backward();
            nn.utils.clip_grad_norm_(actor.parameters(), 1.0);
            {|GRPO003:actor_optim.step()|};
            Console.WriteLine($"actor/pg_clipfrac {clipfrac.ToSingle():f3}");
        }
    }

    public void fit(IEnumerable<PlanBatch> dataloader)
    {
        foreach (var batch in dataloader)
        {
            using (no_grad()) batch.old_log_probs = log_prob(batch.input_ids);
            batch.advantages = core_algos.compute_grpo_outcome_advantage(batch.token_level_rewards, batch.response_mask, batch.uid);
            update_actor(batch);
        }
    }
}
