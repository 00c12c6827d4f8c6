// case: C1.10
// expect: GRPO001
// shape: a list of ragged sequences, mean of each one's tokens, then the mean of the stacked list
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Ragged;

public sealed record Sample(long[] Tokens, float[] OldLogProbs, float Reward);

public sealed class RaggedTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public RaggedTrainer(Module<Tensor, Tensor> policy, double lr)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), lr);
    }

    private Tensor TokenLosses(Sample s, float advantage)
    {
        var ids = torch.tensor(s.Tokens).unsqueeze(0);
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var old = torch.tensor(s.OldLogProbs).unsqueeze(0);
        var ratio = torch.exp(lp - old);
        return -torch.min(ratio * advantage, ratio.clamp(0.8f, 1.2f) * advantage);
    }

    public float Update(IReadOnlyList<Sample> group)
    {
        using var scope = NewDisposeScope();
        var baseline = group.Average(s => s.Reward);
        var losses = new List<Tensor>();
        foreach (var seq in group)
        {
            var tokenLosses = TokenLosses(seq, seq.Reward - baseline);
            losses.Add({|GRPO001:tokenLosses.mean()|});
        }

        var loss = torch.stack(losses).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return loss.ToSingle();
    }
}
