// case: own.201
// expect: none
// shape: REINFORCE++ with a critic's values and batch-wide masked whitening, token mean, single update
using System;
using TorchSharp;
using static TorchSharp.torch;

public class GlobalWhitening
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly nn.Module<Tensor, Tensor> critic;
    private readonly optim.Optimizer policyOptimizer;
    private readonly optim.Optimizer criticOptimizer;

    public GlobalWhitening(nn.Module<Tensor, Tensor> policy, nn.Module<Tensor, Tensor> critic)
    {
        this.policy = policy;
        this.critic = critic;
        policyOptimizer = optim.Adam(policy.parameters(), 1e-6);
        criticOptimizer = optim.Adam(critic.parameters(), 1e-5);
    }

    private static Tensor Whiten(Tensor x, Tensor m)
    {
        var n = m.sum();
        var mu = (x * m).sum() / n;
        var variance = ((x - mu).pow(2) * m).sum() / n;
        return (x - mu) * (variance + 1e-8).rsqrt() * m;
    }

    public void Update(Tensor ids, Tensor mask, Tensor returns)
    {
        var values = critic.call(ids).squeeze(-1);
        var adv = Whiten((returns - values).detach(), mask);
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var loss = -(lp * adv * mask).sum() / mask.sum();
        policyOptimizer.zero_grad();
        loss.backward();
        policyOptimizer.step();

        var perRow = ((values - returns).pow(2) * mask).sum(1) / mask.sum(1);
        criticOptimizer.zero_grad();
        perRow.mean().backward();
        criticOptimizer.step();
    }
}
