// case: own.361
// expect: GRPO002, GRPO003
// shape: token mean over the batch, extension methods, minibatches over several epochs, tool use
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ToolAgents;

public static class TensorMaths
{
    public static Tensor StandardiseRows(this Tensor x, double eps = 1e-4)
    {
        var centred = x.sub(x.mean(new long[] { -1 }, keepdim: true));
        var scale = centred.pow(2).mean(new long[] { -1 }, keepdim: true).add(eps).rsqrt();
        return {|GRPO002:centred.mul(scale)|};
    }

    public static Tensor TokenMean(this Tensor x, Tensor mask) => x.mul(mask).sum().div(mask.sum().clamp_min(1));

    public static Tensor Pick(this Tensor logits, Tensor ids)
        => nn.functional.log_softmax(logits, dim: -1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
}

public readonly record struct Transcript(Tensor Input, Tensor Target, Tensor CallMask, Tensor Logp0, Tensor Success);

public class ToolCallTrainer
{
    private readonly nn.Module<Tensor, Tensor> agent;
    private readonly Adam optimizer;
    private readonly int rolloutsPerTask;

    public ToolCallTrainer(nn.Module<Tensor, Tensor> agent, int rolloutsPerTask, double lr)
    {
        this.agent = agent;
        this.rolloutsPerTask = rolloutsPerTask;
        optimizer = optim.Adam(agent.parameters(), lr, 0.9, 0.95);
    }

    public double Improve(Transcript t, int passes, int chunk)
    {
        using var d = NewDisposeScope();
        var weights = t.Success.view(-1, rolloutsPerTask).StandardiseRows().flatten();
        var rows = (int)t.Input.shape[0];
        var last = 0.0;

        foreach (var _ in Enumerable.Range(0, passes))
        {
            var order = randperm(rows);
            foreach (var idx in order.split(chunk))
            {
                using var inner = NewDisposeScope();
                last = Step(t, weights, idx);
            }
        }
        return last;
    }

    private double Step(Transcript t, Tensor weights, Tensor idx)
    {
        var mask = t.CallMask.index_select(0, idx);
        var now = agent.forward(t.Input.index_select(0, idx)).Pick(t.Target.index_select(0, idx));
        var delta = now.sub(t.Logp0.index_select(0, idx)).mul(mask);
        var r = delta.exp();
        var w = weights.index_select(0, idx).unsqueeze(1);
        var loss = min(r.mul(w), r.clamp(0.8, 1.2).mul(w)).TokenMean(mask).neg();

        optimizer.zero_grad();
        loss.backward();
        {|GRPO003:optimizer.step()|};
        return loss.detach().ToDouble();
    }
}
