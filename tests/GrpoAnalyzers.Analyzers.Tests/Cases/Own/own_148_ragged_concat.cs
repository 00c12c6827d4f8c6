// case: own.148
// expect: GRPO001
// shape: unpadded rows joined, each token weighted by one over its length
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Q09;

public sealed record Trajectory(Tensor Tokens, Tensor OldLogProbs, float Return);

public sealed class RaggedTrainer
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer opt;

    public RaggedTrainer(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        opt = optim.AdamW(policy.parameters(), 3e-6);
    }

    public Tensor Objective(IReadOnlyList<Trajectory> group)
    {
        var returns = tensor(group.Select(t => t.Return).ToArray());
        var centred = returns - returns.mean();
        var weights = new List<Tensor>();
        var surrogates = new List<Tensor>();
        for (var i = 0; i < group.Count; i++)
        {
            var t = group[i];
            var lp = policy.call(t.Tokens).log_softmax(-1).gather(-1, t.Tokens.unsqueeze(-1)).squeeze(-1);
            var ratio = (lp - t.OldLogProbs).exp();
            surrogates.Add(min(ratio * centred[i], ratio.clamp(0.8, 1.2) * centred[i]));
            weights.Add(full(new long[] { t.Tokens.shape[0] }, {|GRPO001:1.0 / t.Tokens.shape[0]|}));
        }

        return -(cat(surrogates.ToArray()) * cat(weights.ToArray())).sum() / group.Count;
    }

    public void Update(IReadOnlyList<Trajectory> group)
    {
        using var scope = NewDisposeScope();
        var loss = Objective(group);
        opt.zero_grad();
        loss.backward();
        opt.step();
    }
}
