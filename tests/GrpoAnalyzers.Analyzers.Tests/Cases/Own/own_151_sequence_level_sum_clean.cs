// case: own.151
// expect: none
// shape: sums with a constant length, means over tokens for metrics alone
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Q12;

public sealed class SumTrainer
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer opt;
    private readonly long maxTokens;
    private readonly Queue<float> window = new();

    public SumTrainer(nn.Module<Tensor, Tensor> policy, long maxTokens)
    {
        this.policy = policy;
        this.maxTokens = maxTokens;
        opt = optim.Adam(policy.parameters(), 1e-6);
    }

    public (float loss, float entropy, float meanLength) Update(Tensor ids, Tensor mask, Tensor rewards)
    {
        foreach (var r in rewards.data<float>().ToArray())
        {
            window.Enqueue(r);
            if (window.Count > 10_000) window.Dequeue();
        }

        var baseline = window.Average();
        var adv = (rewards - baseline).unsqueeze(1);
        var logp = policy.call(ids).log_softmax(-1);
        var entropy = -(logp.exp() * logp).sum(-1);
        var meanEntropy = ((entropy * mask).sum(1) / mask.sum(1)).mean();
        var chosen = logp.gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var loss = -((chosen * adv) * mask).sum(1).mean() / maxTokens;
        opt.zero_grad();
        loss.backward();
        opt.step();
        return (loss.item<float>(), meanEntropy.item<float>(), mask.sum(1).mean().item<float>());
    }
}
