// case: C2.09
// expect: GRPO002
// shape: MathF.Max(std, 1e-8f) as divisor, statistics read out of the tensor
using System;
using TorchSharp;
using static TorchSharp.torch;
using System.Collections.Generic;
using static TorchSharp.torch.nn;

namespace Floor;

public class FloorTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public FloorTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), lr: 1e-5, beta1: 0.9, beta2: 0.97);
    }

    public void UpdatePrompt(List<long[]> completions, List<float[]> oldLogProbs, Tensor rewards)
    {
        float mean = rewards.mean().ToSingle();
        float std = rewards.std().ToSingle();
        Tensor sum = zeros(1);
        long tokens = 0;
        for (int i = 0; i < completions.Count; i++)
        {
            float adv = {|GRPO002:(rewards[i].ToSingle() - mean) / MathF.Max(std, 1e-8f)|};
            var ids = tensor(completions[i]);
            var lp = policy.call(ids.unsqueeze(0)).squeeze(0).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = exp(lp - tensor(oldLogProbs[i]));
            sum = sum - min(ratio * adv, clamp(ratio, 0.8, 1.2) * adv).sum();
            tokens += ids.shape[0];
        }

        var loss = sum / tokens;
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
