// case: C1.12
// expect: GRPO001
// shape: one backward and one step per sequence, each with the mean over its own tokens
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Online;

public class OnlineReinforce
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private float baseline;

    public OnlineReinforce(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 3e-4);
    }

    public void Run(IEnumerable<(Tensor Tokens, float Reward)> episodes)
    {
        foreach (var (tokens, reward) in episodes)
        {
            using var scope = NewDisposeScope();
            var adv = reward - baseline;
            baseline = 0.95f * baseline + 0.05f * reward;
            var lp = policy.call(tokens.unsqueeze(0)).log_softmax(-1).squeeze(0).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
            var loss = -{|GRPO001:lp.mean()|} * adv;
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
