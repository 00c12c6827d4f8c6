// case: held.043
// expect: GRPO001, GRPO002
// shape: the mask is L1-normalised per row by functional.normalize and used as token weights
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class NormalisedMaskTrainer
{
    private readonly nn.Module<Tensor, Tensor> actor;
    private readonly optim.Optimizer opt;
    private readonly long groupSize;

    public NormalisedMaskTrainer(nn.Module<Tensor, Tensor> actor, long groupSize)
    {
        this.actor = actor;
        this.groupSize = groupSize;
        opt = optim.AdamW(actor.parameters(), lr: 1e-6, beta1: 0.9, beta2: 0.95);
    }

    public void Train(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
    {
        var g = rewards.unflatten(0, -1, groupSize);
        var mu = g.mean(new long[] { 1 }, keepdim: true);
        var variance = g.var(1, unbiased: false, keepdim: true);
        var adv = {|GRPO002:((g - mu) * (variance + 1e-6).rsqrt())|}.flatten().unsqueeze(1);
        var lp = actor.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = exp(lp - old);
        var pt = -minimum(ratio * adv, clamp(ratio, 0.8, 1.28) * adv);
        var weights = {|GRPO001:nn.functional.normalize(mask, p: 1, dim: 1)|};
        var loss = (pt * weights).sum() / ids.shape[0];
        opt.zero_grad();
        loss.backward();
        opt.step();
    }
}
