// case: own.427
// expect: GRPO001, GRPO002
// shape: hand port of TRL's GRPOTrainer, one step per generation batch, reference KL
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

// Port of trl/trainer/grpo_trainer.py (my thesis: code review comments)
public class GRPOConfig
{
    public int num_generations = 8;
    public double beta = 0.04;
    public double learning_rate = 1e-6;
    public double temperature = 0.9;
}

public class GRPOTrainer
{
    readonly nn.Module<Tensor, Tensor> model;
    readonly nn.Module<Tensor, Tensor> ref_model;
    readonly GRPOConfig args;
    readonly Func<string[], string[], float[]> reward_func;
    readonly optim.Optimizer optimizer;
    readonly Dictionary<string, List<double>> _metrics = new();

    public GRPOTrainer(nn.Module<Tensor, Tensor> model, nn.Module<Tensor, Tensor> ref_model,
        Func<string[], string[], float[]> reward_func, GRPOConfig args)
    {
        this.model = model;
        this.ref_model = ref_model;
        this.reward_func = reward_func;
        this.args = args;
        optimizer = optim.AdamW(model.parameters(), lr: args.learning_rate);
    }

    Tensor _get_per_token_logps(nn.Module<Tensor, Tensor> m, Tensor input_ids, long logits_to_keep)
    {
        var logits = m.forward(input_ids);                                   // (B, L, V)
        logits = logits.narrow(1, 0, logits.shape[1] - 1);                   // exclude the last logit
        logits = logits.narrow(1, logits.shape[1] - logits_to_keep, logits_to_keep);
        logits = logits / args.temperature;
        var ids = input_ids.narrow(1, input_ids.shape[1] - logits_to_keep, logits_to_keep);
        return logits.log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
    }

    Dictionary<string, Tensor> _score_completions(string[] prompts, string[] completions,
        Tensor prompt_completion_ids, Tensor completion_mask)
    {
        var keep = completion_mask.shape[1];
        Tensor ref_logps;
        using (no_grad())
            ref_logps = _get_per_token_logps(ref_model, prompt_completion_ids, keep);

        var rewards = tensor(reward_func(prompts, completions));
        // Compute grouped-wise rewards
        var mean_grouped_rewards = rewards.view(-1, args.num_generations).mean(new long[] { 1 });
        var std_grouped_rewards = rewards.view(-1, args.num_generations).std(1);

        // Normalize the rewards to compute the advantages
        mean_grouped_rewards = mean_grouped_rewards.repeat_interleave(args.num_generations, dim: 0);
        std_grouped_rewards = std_grouped_rewards.repeat_interleave(args.num_generations, dim: 0);
        var advantages = {|GRPO002:(rewards - mean_grouped_rewards) / (std_grouped_rewards + 1e-4)|};

        log("reward", rewards.mean().ToDouble());
        log("reward_std", std_grouped_rewards.mean().ToDouble());
        return new() { ["ids"] = prompt_completion_ids, ["mask"] = completion_mask, ["ref"] = ref_logps, ["adv"] = advantages };
    }

    Tensor compute_loss(Dictionary<string, Tensor> inputs)
    {
        var completion_mask = inputs["mask"];
        var per_token_logps = _get_per_token_logps(model, inputs["ids"], completion_mask.shape[1]);
        // x - x.detach() allows for preserving gradients from x
        var diff = inputs["ref"] - per_token_logps;
        var per_token_kl = exp(diff) - diff - 1;
        var advantages = inputs["adv"];
        var per_token_loss = exp(per_token_logps - per_token_logps.detach()) * advantages.unsqueeze(1);
        per_token_loss = -(per_token_loss - args.beta * per_token_kl);
        var loss = ({|GRPO001:(per_token_loss * completion_mask).sum(1) / completion_mask.sum(1)|}).mean();

        var mean_kl = ((per_token_kl * completion_mask).sum(1) / completion_mask.sum(1)).mean();
        log("kl", mean_kl.ToDouble());
        return loss;
    }

    void log(string key, double v)
    {
        if (!_metrics.TryGetValue(key, out var l)) _metrics[key] = l = new();
        l.Add(v);
    }

    public void train(IEnumerable<(string[] prompts, string[] completions, Tensor ids, Tensor mask)> generations)
    {
        model.train();
        foreach (var g in generations)
        {
            var inputs = _score_completions(g.prompts, g.completions, g.ids, g.mask);
            optimizer.zero_grad();
            var loss = compute_loss(inputs);
            loss.backward();
            optimizer.step();
        }
        foreach (var kv in _metrics) Console.WriteLine($"{kv.Key}: {kv.Value.Average():f4}");
    }
}
