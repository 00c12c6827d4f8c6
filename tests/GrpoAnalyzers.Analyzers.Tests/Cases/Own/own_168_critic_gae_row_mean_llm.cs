// case: own.168
// expect: GRPO001, GRPO003
// shape: RLHF with a value head and GAE over tokens; policy term averaged per answer, value term per token
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

public class ValueHeadPpo
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly nn.Module<Tensor, Tensor> critic;
    private readonly optim.Optimizer policyOptimizer;
    private readonly optim.Optimizer criticOptimizer;
    private readonly int ppoEpochs;

    public ValueHeadPpo(nn.Module<Tensor, Tensor> policy, nn.Module<Tensor, Tensor> critic, int ppoEpochs = 4)
    {
        this.policy = policy;
        this.critic = critic;
        this.ppoEpochs = ppoEpochs;
        policyOptimizer = optim.Adam(policy.parameters(), lr: 1e-6);
        criticOptimizer = optim.Adam(critic.parameters(), lr: 1e-5);
    }

    private static Tensor Gae(Tensor rewards, Tensor values, double gamma, double lambda)
    {
        var steps = rewards.shape[1];
        var result = zeros_like(rewards);
        var carry = zeros(rewards.shape[0]);
        for (var t = steps - 1; t >= 0; t--)
        {
            var next = t == steps - 1 ? zeros_like(carry) : values.select(1, t + 1);
            carry = rewards.select(1, t) + gamma * next - values.select(1, t) + gamma * lambda * carry;
            result.select(1, t).copy_(carry);
        }

        return result;
    }

    public void Learn(Tensor ids, Tensor mask, Tensor oldLp, Tensor tokenRewards)
    {
        Tensor adv, targets;
        using (no_grad())
        {
            var v = critic.call(ids).squeeze(-1);
            adv = Gae(tokenRewards, v, 1.0, 0.95);
            targets = adv + v;
        }

        for (var e = 0; e < ppoEpochs; e++)
        {
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = (lp - oldLp).exp();
            var token = -minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv);
            var answer = {|GRPO001:torch.sum(token * mask, 1) / torch.sum(mask, 1)|};
            policyOptimizer.zero_grad();
            answer.mean().backward();
            {|GRPO003:policyOptimizer.step()|};

            var error = (critic.call(ids).squeeze(-1) - targets).pow(2);
            var valueLoss = (error * mask).sum() / mask.sum();
            criticOptimizer.zero_grad();
            valueLoss.backward();
            criticOptimizer.step();
        }
    }
}
