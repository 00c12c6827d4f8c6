// case: own.408
// expect: GRPO001, GRPO002
// shape: python-style static helpers, padded B x T, one update per batch, no clip
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace math_rl;

public static class masked
{
    public static Tensor mean(Tensor x, Tensor mask, long axis)
        => (x * mask).sum(axis) / mask.sum(axis).clamp(min: 1);
}

public static class rewards
{
    public static float exact_match(string answer, string gold) => answer.Trim() == gold.Trim() ? 1f : 0f;
}

public class Trainer
{
    public Module<Tensor, Tensor> model;
    public optim.Optimizer optimizer;
    public int num_generations = 8;
    public double max_grad_norm = 1.0;

    public Trainer(Module<Tensor, Tensor> model, double learning_rate = 1e-6)
    {
        this.model = model;
        this.optimizer = optim.Adam(model.parameters(), lr: learning_rate);
    }

    Tensor get_per_token_logps(Tensor input_ids, long logits_to_keep)
    {
        var logits = model.call(input_ids);
        logits = logits.narrow(1, logits.shape[1] - logits_to_keep - 1, logits_to_keep);
        var targets = input_ids.narrow(1, input_ids.shape[1] - logits_to_keep, logits_to_keep);
        var logps = functional.log_softmax(logits, -1);
        return logps.gather(2, targets.unsqueeze(-1)).squeeze(-1);
    }

    public float train_step(Tensor prompt_ids, Tensor completion_ids, Tensor completion_mask, List<string> answers, List<string> golds)
    {
        using var scope = NewDisposeScope();
        // score
        var scores = answers.Zip(golds, rewards.exact_match).ToArray();
        var r = tensor(scores).view(-1, num_generations);

        // group statistics
        var mean_r = r.mean(new long[] { 1 }, keepdim: true);
        var std_r = r.std(1, unbiased: true, keepdim: true);
        var advantages = r - mean_r;
        advantages = {|GRPO002:advantages / (std_r + 1e-4)|};
        advantages = advantages.view(-1);

        // policy gradient, on-policy: one step for every batch
        var input_ids = cat(new[] { prompt_ids, completion_ids }, 1);
        var logps = get_per_token_logps(input_ids, completion_ids.shape[1]);
        var per_token_loss = -logps * advantages.unsqueeze(1);
        var mask = completion_mask.to_type(ScalarType.Float32);
        var loss = {|GRPO001:masked.mean(per_token_loss, mask, 1)|}.mean();

        optimizer.zero_grad();
        loss.backward();
        nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm);
        optimizer.step();
        return loss.ToSingle();
    }
}
