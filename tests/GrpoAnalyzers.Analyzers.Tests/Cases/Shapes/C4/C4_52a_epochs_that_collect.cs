// case: C4.52
// expect: none
// shape: each epoch samples new completions and their log-probs, then one clipped update
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Collecting;

public class CollectingTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly Func<Tensor, Tensor> reward;
    private readonly optim.Optimizer optimizer;

    public CollectingTrainer(Module<Tensor, Tensor> policy, Func<Tensor, Tensor> reward)
    {
        this.policy = policy;
        this.reward = reward;
        optimizer = optim.AdamW(policy.parameters(), 1e-4);
    }

    private (Tensor Ids, Tensor Old) Sample(Tensor prompts, int length)
    {
        using var _ = no_grad();
        var x = prompts;
        var logs = new List<Tensor>();
        for (int t = 0; t < length; t++)
        {
            var last = policy.call(x).select(1, -1).log_softmax(-1);
            var next = last.exp().multinomial(1);
            logs.Add(last.gather(1, next));
            x = torch.cat([x, next], 1);
        }

        return (x.narrow(1, prompts.shape[1], length), torch.cat(logs, 1));
    }

    public void Train(Tensor prompts, int epochs, int length)
    {
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            using var scope = NewDisposeScope();
            var (ids, old) = Sample(prompts, length);
            var scores = reward(ids);
            var adv = (scores - scores.mean()).unsqueeze(1);
            var full = torch.cat([prompts, ids], 1);
            var logits = policy.call(full).narrow(1, prompts.shape[1] - 1, length);
            var lp = logits.log_softmax(-1).gather(2, ids.unsqueeze(2)).squeeze(2);
            var r = torch.exp(lp - old);
            var loss = -torch.min(r * adv, r.clamp(0.8, 1.2) * adv).sum() / ids.numel();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
