// case: own.018
// expect: GRPO001
// shape: a loss Module whose forward returns the mean of row means; masked average with in-place division
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public sealed class PolicyObjective : nn.Module<Tensor, Tensor, Tensor, Tensor, Tensor>
{
    private readonly float clip;

    public PolicyObjective(float clip = 0.2f)
        : base("policy_objective")
    {
        this.clip = clip;
        RegisterComponents();
    }

    public override Tensor forward(Tensor newLp, Tensor oldLp, Tensor advantage, Tensor valid)
    {
        using var scope = NewDisposeScope();
        var weight = exp(newLp - oldLp);
        var gain = min(weight * advantage, weight.clamp(1 - clip, 1 + clip) * advantage);
        var acc = (gain * valid).sum(-1);
        {|GRPO001:acc.div_(valid.sum(-1))|};
        return acc.mean().mul(-1f).MoveToOuterDisposeScope();
    }
}
