// case: own.449
// expect: GRPO003
// shape: generic trainer over an interface, minibatches in epochs, token mean, leave-one-out baseline
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Agents.Core;

public interface ITrajectory
{
    Tensor Tokens { get; }
    Tensor Targets { get; }
    Tensor ActionMask { get; }
    Tensor OldLogProbs { get; set; }
    double Score { get; }
}

public interface IBaseline<in T> where T : ITrajectory
{
    double[] Advantages(IReadOnlyList<T> group);
}

public sealed class LeaveOneOut<T> : IBaseline<T> where T : ITrajectory
{
    public double[] Advantages(IReadOnlyList<T> group)
    {
        var total = group.Sum(t => t.Score);
        return group.Select(t => t.Score - (total - t.Score) / (group.Count - 1)).ToArray();
    }
}

public class AgentPpo<T> where T : class, ITrajectory
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly IBaseline<T> baseline;
    private readonly optim.Optimizer optimizer;
    private readonly Random rng = new(17);

    public int Epochs { get; set; } = 2;
    public int MiniBatch { get; set; } = 4;

    public AgentPpo(nn.Module<Tensor, Tensor> model, IBaseline<T> baseline)
    {
        this.model = model;
        this.baseline = baseline;
        optimizer = torch.optim.AdamW(model.parameters(), 1e-6);
    }

    protected Tensor LogProbs(T t)
        => model.call(t.Tokens).log_softmax(-1).gather(-1, t.Targets.unsqueeze(-1)).squeeze(-1);

    public void Update(IReadOnlyList<T> group)
    {
        using (no_grad())
            foreach (var t in group) t.OldLogProbs = LogProbs(t);

        var adv = baseline.Advantages(group);

        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            var order = Enumerable.Range(0, group.Count).OrderBy(_ => rng.Next()).ToArray();
            foreach (var chunk in order.Chunk(MiniBatch))
            {
                using var scope = NewDisposeScope();
                var terms = chunk.Select(i => Clipped(group[i], adv[i])).ToList();
                var count = chunk.Select(i => group[i].ActionMask.sum()).Aggregate((a, b) => a + b);
                var loss = -torch.cat(terms).sum() / count;
                optimizer.zero_grad();
                loss.backward();
                {|GRPO003:optimizer.step()|};
            }
        }
    }

    private Tensor Clipped(T t, double a)
    {
        var ratio = LogProbs(t).sub(t.OldLogProbs).exp();
        return torch.minimum(ratio.mul(a), ratio.clamp(0.8, 1.2).mul(a)).mul(t.ActionMask).reshape(-1);
    }
}
