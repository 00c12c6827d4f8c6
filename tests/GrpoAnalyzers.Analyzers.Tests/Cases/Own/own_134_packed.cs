// case: own.134
// expect: GRPO001, GRPO002
// shape: masked mean as extension with an optional axis, std_mean tuple
using System;
using System.Linq;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace Probe07;

public static class TensorExtensions
{
    public static Tensor MaskedMean(this Tensor x, Tensor mask, long? dim = null) =>
        dim is null ? (x * mask).sum() / mask.sum().clamp(min: 1) : (x * mask).sum(dim.Value) / mask.sum(dim.Value).clamp(min: 1);

    public static Tensor TokenLogProbs(this nn.Module<Tensor, Tensor> model, Tensor ids) =>
        model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
}

public class Packed
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly nn.Module<Tensor, Tensor> reference;
    private readonly optim.Optimizer opt;
    private const float Beta = 0.04f;

    public Packed(nn.Module<Tensor, Tensor> policy, nn.Module<Tensor, Tensor> reference)
    {
        (this.policy, this.reference) = (policy, reference);
        opt = optim.AdamW(policy.parameters(), lr: 1e-6, beta1: 0.9, beta2: 0.99);
    }

    public float Step(Tensor ids, Tensor mask, Tensor rewards, long groupSize)
    {
        var r = rewards.view(-1, groupSize);
        var (std, mean) = std_mean(r, new long[] { 1 }, unbiased: false, keepdim: true);
        var adv = {|GRPO002:((r - mean) / (std + 1e-4))|}.view(-1, 1);

        var lp = policy.TokenLogProbs(ids);
        Tensor refLp;
        using (no_grad()) refLp = reference.TokenLogProbs(ids);
        var d = refLp - lp;
        var kl = d.exp() - d - 1;
        var ratio = (lp - lp.detach()).exp();
        var perToken = -(ratio * adv) + Beta * kl;
        var loss = {|GRPO001:perToken.MaskedMean(mask, 1)|}.mean();
        var dbg = kl.MaskedMean(mask, 1).mean();
        opt.zero_grad();
        loss.backward();
        opt.step();
        return loss.item<float>() + 0 * dbg.item<float>();
    }
}
