// case: own.140
// expect: GRPO002
// shape: an estimator behind an interface normalises by the root of the second moment less the squared mean
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Q01;

public interface IAdvantageEstimator
{
    Tensor Estimate(Tensor rewards, int groupSize);
}

public sealed class ZScoreEstimator : IAdvantageEstimator
{
    private readonly double epsilon;

    public ZScoreEstimator(double epsilon) => this.epsilon = epsilon;

    public Tensor Estimate(Tensor rewards, int groupSize)
    {
        using var table = rewards.reshape(-1, groupSize);
        var mean = table.mean(new long[] { -1 }, keepdim: true);
        var spread = (table.pow(2).mean(new long[] { -1 }, keepdim: true) - mean.pow(2)).sqrt();
        return ({|GRPO002:(table - mean) / (spread + epsilon)|}).reshape(-1);
    }
}

public sealed class Learner
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly IAdvantageEstimator estimator;
    private readonly optim.Optimizer optimizer;

    public Learner(nn.Module<Tensor, Tensor> policy, IAdvantageEstimator estimator)
    {
        this.policy = policy ?? throw new ArgumentNullException(nameof(policy));
        this.estimator = estimator;
        optimizer = torch.optim.AdamW(policy.parameters(), lr: 1e-6, weight_decay: 0.0);
    }

    public void Step(Tensor ids, Tensor mask, Tensor rewards)
    {
        var a = estimator.Estimate(rewards, 8).unsqueeze(-1);
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var weighted = lp * a * mask;
        var loss = weighted.sum().neg() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
