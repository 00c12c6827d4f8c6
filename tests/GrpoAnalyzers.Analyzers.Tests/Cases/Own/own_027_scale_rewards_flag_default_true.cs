// case: own.027
// expect: GRPO002
// shape: division behind a flag whose default is true
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public sealed class ScaleOptions
{
    public bool ScaleRewards { get; init; } = true;
    public double Beta { get; init; }
}

public class FlagTrainer
{
    private readonly ScaleOptions options;
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly nn.Module<Tensor, Tensor> reference;
    private readonly optim.Optimizer optimizer;

    public FlagTrainer(nn.Module<Tensor, Tensor> model, nn.Module<Tensor, Tensor> reference, ScaleOptions options)
    {
        this.model = model;
        this.reference = reference;
        this.options = options;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    public void ComputeAndStep(Tensor ids, Tensor mask, Tensor rewards, int n)
    {
        var grouped = rewards.view(-1, n);
        var advantages = grouped - grouped.mean(new long[] { 1 }, keepdim: true);
        if (options.ScaleRewards)
        {
            advantages = {|GRPO002:advantages / (grouped.std(1, keepdim: true) + 1e-4)|};
        }

        advantages = advantages.flatten().unsqueeze(-1);
        var lp = Logps(model, ids);
        Tensor refLp;
        using (no_grad())
        {
            refLp = Logps(reference, ids);
        }

        var kl = (refLp - lp).exp() - (refLp - lp) - 1;
        var perToken = -(lp - lp.detach()).exp() * advantages + options.Beta * kl;
        var loss = (perToken * mask).sum() / (ids.shape[0] * mask.shape[1]);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }

    private static Tensor Logps(nn.Module<Tensor, Tensor> m, Tensor ids)
        => m.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
}
