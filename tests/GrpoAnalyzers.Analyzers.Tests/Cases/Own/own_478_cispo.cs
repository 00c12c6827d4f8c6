// case: own.478
// expect: none
// shape: detached truncated importance weights over several epochs, leave-one-out baseline, batch token mean
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace Agents.Learning;

public interface ILossTerm<in TBatch>
{
    Tensor Evaluate(nn.Module<Tensor, Tensor> policy, TBatch batch);
}

public sealed record Trajectories(Tensor Tokens, Tensor Mask, Tensor BehaviourLogProbs, Tensor Advantages);

public sealed class TruncatedWeightTerm : ILossTerm<Trajectories>
{
    private readonly double _ceiling;

    public TruncatedWeightTerm(double ceiling) => _ceiling = ceiling;

    public Tensor Evaluate(nn.Module<Tensor, Tensor> policy, Trajectories batch)
    {
        var logProbs = policy.TokenLogProbs(batch.Tokens);
        var weight = (logProbs - batch.BehaviourLogProbs).exp().clamp_max(_ceiling).detach();
        var term = weight * batch.Advantages.unsqueeze(1) * logProbs;
        return -(term * batch.Mask).sum() / batch.Mask.sum();
    }
}

public static class PolicyExtensions
{
    public static Tensor TokenLogProbs(this nn.Module<Tensor, Tensor> policy, Tensor tokens)
    {
        var n = tokens.shape[1] - 1;
        var logits = policy.call(tokens.narrow(1, 0, n));
        return logits.log_softmax(-1).gather(-1, tokens.narrow(1, 1, n).unsqueeze(-1)).squeeze(-1);
    }

    public static Tensor AgainstOthers(this Tensor returns, int k)
    {
        var table = returns.view(-1, k);
        return (table - (table.sum(1, keepdim: true) - table) / (k - 1)).view(-1);
    }
}

public sealed class AgentLearner
{
    private readonly nn.Module<Tensor, Tensor> _policy;
    private readonly ILossTerm<Trajectories> _term;
    private readonly optim.Optimizer _optimizer;

    public AgentLearner(nn.Module<Tensor, Tensor> policy, double ceiling = 4.0)
    {
        _policy = policy;
        _term = new TruncatedWeightTerm(ceiling);
        _optimizer = optim.AdamW(policy.parameters(), lr: 1e-6, weight_decay: 0.05);
    }

    public void Absorb(Tensor tokens, Tensor mask, Tensor returns, int attempts, int epochs = 3)
    {
        using var scope = NewDisposeScope();
        Trajectories batch;
        using (no_grad())
            batch = new Trajectories(tokens, mask, _policy.TokenLogProbs(tokens), returns.AgainstOthers(attempts));

        for (var epoch = 0; epoch < epochs; epoch++)
        {
            _optimizer.zero_grad();
            _term.Evaluate(_policy, batch).backward();
            nn.utils.clip_grad_norm_(_policy.parameters(), 1.0);
            _optimizer.step();
        }
    }
}
