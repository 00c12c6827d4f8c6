// case: own.194
// expect: none
// shape: RLOO in REINFORCE form over sequence sums, one step, per-row averages only for accuracy
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public sealed class RlooSummariser
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;
    private readonly int k;

    public RlooSummariser(nn.Module<Tensor, Tensor> lm, int k)
    {
        (this.lm, this.k) = (lm, k);
        optimizer = optim.AdamW(lm.parameters(), lr: 1e-6);
    }

    private float[] Baseline(float[] rewards)
    {
        var adv = new float[rewards.Length];
        for (var start = 0; start < rewards.Length; start += k)
        {
            var total = rewards.Skip(start).Take(k).Sum();
            for (var i = start; i < start + k; i++)
                adv[i] = rewards[i] - (total - rewards[i]) / (k - 1);
        }

        return adv;
    }

    public Dictionary<string, float> Step(Tensor ids, Tensor mask, float[] rewards)
    {
        var logits = lm.call(ids);
        var lp = logits.log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var sequence = (lp * mask).sum(1);
        var loss = -(sequence * tensor(Baseline(rewards))).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        using var _ = no_grad();
        var hits = logits.argmax(-1).eq(ids).to(float32) * mask;
        return new Dictionary<string, float>
        {
            ["accuracy"] = (hits.sum(1) / mask.sum(1)).mean().item<float>(),
            ["perplexity"] = (-(lp * mask).sum(1) / mask.sum(1)).exp().mean().item<float>(),
            ["reward_std"] = tensor(rewards).std().item<float>(),
        };
    }
}
