// case: own.169
// expect: GRPO001, GRPO002, GRPO003
// shape: readonly struct trajectories, advantage service behind an interface, averaged twice with a valid-sequence mask
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public readonly struct Trajectory
{
    public Trajectory(int task, float score, long[] tokens, float[] logProbs) => (Task, Score, Tokens, LogProbs) = (task, score, tokens, logProbs);

    public int Task { get; }
    public float Score { get; }
    public long[] Tokens { get; }
    public float[] LogProbs { get; }
}

public interface IAdvantageEstimator
{
    float[] Estimate(IReadOnlyList<Trajectory> trajectories);
}

public sealed class TaskRelativeEstimator : IAdvantageEstimator
{
    public float[] Estimate(IReadOnlyList<Trajectory> trajectories)
    {
        var result = new float[trajectories.Count];
        foreach (var task in trajectories.Select((t, i) => (t, i)).GroupBy(p => p.t.Task))
        {
            var scores = task.Select(p => p.t.Score).ToList();
            var mu = scores.Sum() / scores.Count;
            var squares = 0f;
            foreach (var s in scores)
                squares += (s - mu) * (s - mu);
            var sd = MathF.Max(MathF.Sqrt(squares / (scores.Count - 1)), 1e-4f);
            foreach (var (t, i) in task)
                result[i] = {|GRPO002:(t.Score - mu) / sd|};
        }

        return result;
    }
}

public sealed class ToolUseTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly IAdvantageEstimator estimator;
    private readonly optim.Optimizer optimizer;

    public ToolUseTrainer(nn.Module<Tensor, Tensor> lm, IAdvantageEstimator? estimator = null)
    {
        this.lm = lm;
        this.estimator = estimator ?? new TaskRelativeEstimator();
        optimizer = optim.AdamW(lm.parameters(), lr: 1e-6);
    }

    private static (Tensor ids, Tensor mask, Tensor old) Pad(IReadOnlyList<Trajectory> batch)
    {
        var longest = batch.Max(t => t.Tokens.Length);
        var ids = new long[batch.Count, longest];
        var mask = new float[batch.Count, longest];
        var old = new float[batch.Count, longest];
        for (var i = 0; i < batch.Count; i++)
            for (var k = 0; k < batch[i].Tokens.Length; k++)
            {
                ids[i, k] = batch[i].Tokens[k];
                old[i, k] = batch[i].LogProbs[k];
                mask[i, k] = 1f;
            }

        return (tensor(ids), tensor(mask), tensor(old));
    }

    public void Optimise(IReadOnlyList<Trajectory> batch, int epochs)
    {
        var adv = tensor(estimator.Estimate(batch)).unsqueeze(1);
        var (ids, mask, old) = Pad(batch);
        for (int epoch = 0; epoch < epochs; ++epoch)
        {
            var lp = lm.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = (lp - old).exp();
            var pt = -minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv);
            var length = mask.sum(1);
            var seqMean = {|GRPO001:(pt * mask).sum(1) / length.clamp_min(1)|};
            var alive = length.gt(0).to(float32);
            var loss = (seqMean * alive).sum() / alive.sum();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
