// case: own.248
// expect: none
// shape: REINFORCE on episodes with a learned baseline, mean over steps of equal horizon, fresh episodes
using System;
using TorchSharp;
using static TorchSharp.torch;

public class BaselineReinforce
{
    private readonly nn.Module<Tensor, Tensor> policy, baseline;
    private readonly optim.Optimizer policyOptimizer, baselineOptimizer;

    public BaselineReinforce(nn.Module<Tensor, Tensor> policy, nn.Module<Tensor, Tensor> baseline)
    {
        (this.policy, this.baseline) = (policy, baseline);
        policyOptimizer = optim.Adam(policy.parameters(), 1e-3);
        baselineOptimizer = optim.Adam(baseline.parameters(), 1e-3);
    }

    public void Train(Func<(Tensor obs, Tensor act, Tensor returns)> collect, int iterations)
    {
        for (var i = 0; i < iterations; i++)
        {
            using var scope = NewDisposeScope();
            var (obs, act, returns) = collect();
            var value = baseline.call(obs).squeeze(1);
            var adv = (returns - value).detach();
            var lp = policy.call(obs).log_softmax(-1).gather(1, act.unsqueeze(1)).squeeze(1);
            policyOptimizer.zero_grad();
            (-(lp * adv).mean()).backward();
            policyOptimizer.step();
            baselineOptimizer.zero_grad();
            (value - returns).pow(2).mean().backward();
            baselineOptimizer.step();
        }
    }
}
