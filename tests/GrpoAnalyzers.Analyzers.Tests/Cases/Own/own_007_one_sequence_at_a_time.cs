// case: own.007
// expect: GRPO001
// shape: forward one unpadded completion at a time, backward of its mean, step once per group
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class ListTrainer
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer adam;

    public ListTrainer(nn.Module<Tensor, Tensor> policy) => (this.policy, adam) = (policy, optim.AdamW(policy.parameters(), lr: 2e-6));

    public void Step(Tensor prompt, List<Tensor> completions, List<float> rewards)
    {
        var b = rewards.Sum() / rewards.Count;
        adam.zero_grad();
        for (var i = 0; i < completions.Count; i++)
        {
            using var scope = NewDisposeScope();
            var full = cat(new[] { prompt, completions[i] }, 0).unsqueeze(0);
            var logits = policy.call(full).squeeze(0).narrow(0, prompt.shape[0] - 1, completions[i].shape[0]);
            var lp = logits.log_softmax(-1).gather(1, completions[i].unsqueeze(1)).squeeze(1);
            var loss = {|GRPO001:(-(rewards[i] - b) * lp).mean()|} / completions.Count;
            loss.backward();
        }

        adam.step();
    }
}
