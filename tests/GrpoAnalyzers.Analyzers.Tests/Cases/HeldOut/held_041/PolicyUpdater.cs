// case: held.041
// expect: GRPO002, GRPO003
// shape: extension methods on Tensor in another file: z-score over the last axis and log-probs
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Tuning;

public sealed class PolicyUpdater
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private readonly int epochs;

    public PolicyUpdater(nn.Module<Tensor, Tensor> policy, int epochs)
    {
        this.policy = policy;
        this.epochs = epochs;
        optimizer = optim.AdamW(policy.parameters(), lr: 1e-6, beta1: 0.9, beta2: 0.99);
    }

    public void Update(Tensor tokens, Tensor active, Tensor sampledLogProbs, Tensor rewards, int perPrompt)
    {
        var scaled = {|GRPO002:rewards.view(-1, perPrompt).ZScore()|}.view(-1, 1);
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            var current = policy.call(tokens).TokenLogProbs(tokens);
            var ratio = (current - sampledLogProbs).exp();
            var objective = minimum(ratio * scaled, ratio.clamp(0.8, 1.2) * scaled);
            var loss = -(objective * active).sum() / active.sum();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
