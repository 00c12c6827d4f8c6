// case: own.212
// expect: GRPO001, GRPO002, GRPO003
// shape: batch class with computed properties, trainer as primary-constructor class, optimiser made by a lambda
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public sealed class PaddedBatch(Tensor ids, Tensor mask, Tensor old, Tensor rewards, long group)
{
    public Tensor Ids => ids;
    public Tensor Mask => mask;
    public Tensor Old => old;
    public Tensor Lengths => mask.sum(1);

    public Tensor Advantages
    {
        get
        {
            var g = rewards.view(-1, group);
            var mu = g.mean([1], keepdim: true);
            var sd = torch.std(g, 1, unbiased: true, keepdim: true);
            return ({|GRPO002:(g - mu) / (sd + 1e-4)|}).view(-1, 1);
        }
    }
}

public sealed class PrimaryTrainer(nn.Module<Tensor, Tensor> lm, int updates)
{
    private readonly optim.Optimizer optimizer = optim.AdamW(lm.parameters(), lr: 1e-6);

    public void Fit(PaddedBatch batch)
    {
        var a = batch.Advantages;
        foreach (var step in Enumerable.Range(1, updates))
        {
            var lp = lm.call(batch.Ids).log_softmax(-1).gather(-1, batch.Ids.unsqueeze(-1)).squeeze(-1);
            var ratio = (lp - batch.Old).exp();
            var plain = ratio * a;
            var safe = ratio.clamp(0.8, 1.2) * a;
            var token = -torch.where(plain.lt(safe), plain, safe);
            var answer = {|GRPO001:(token * batch.Mask).sum(1) / batch.Lengths|};
            var loss = answer.mean();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
            Console.WriteLine($"{step}/{updates} {loss.item<float>()}");
        }
    }
}
