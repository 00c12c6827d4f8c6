// case: own.481
// expect: GRPO002, GRPO003
// shape: clean architecture, five services in one file, token mean over batch, epochs x minibatches
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Triage.Training;

public sealed class TriageCase { public required string Complaint { get; init; } public required int Urgency { get; init; } }

public sealed class RewardService
{
    public float Evaluate(TriageCase c, string answer)
    {
        var ok = answer.Contains($"level {c.Urgency}", StringComparison.OrdinalIgnoreCase) ? 1f : 0f;
        return ok - (answer.Contains("as an AI") ? 0.5f : 0f);
    }
}

public sealed class AdvantageEstimator
{
    private readonly int _groupSize;
    public AdvantageEstimator(int groupSize) => _groupSize = groupSize;

    public Tensor Estimate(Tensor rewards)
    {
        var g = rewards.reshape(-1, _groupSize);
        var centred = g - g.mean(new long[] { 1 }, keepdim: true);
        var spread = centred.pow(2).mean(new long[] { 1 }, keepdim: true).add(1e-6).sqrt();
        return {|GRPO002:(centred.div(spread))|}.flatten();
    }
}

public sealed class RolloutBuffer
{
    public required Tensor Tokens { get; init; }
    public required Tensor Mask { get; init; }
    public required Tensor OldLogProbs { get; init; }
    public required Tensor Advantages { get; init; }
    public long Count => Tokens.shape[0];

    public IEnumerable<RolloutBuffer> Shuffled(int size)
    {
        var order = randperm(Count);
        for (long at = 0; at < Count; at += size)
        {
            var idx = order.narrow(0, at, Math.Min(size, Count - at));
            yield return new RolloutBuffer
            {
                Tokens = Tokens.index_select(0, idx),
                Mask = Mask.index_select(0, idx),
                OldLogProbs = OldLogProbs.index_select(0, idx),
                Advantages = Advantages.index_select(0, idx),
            };
        }
    }
}

public sealed class PolicyLoss
{
    private readonly double _clip;
    public PolicyLoss(double clip) => _clip = clip;

    public Tensor Compute(Tensor logProbs, RolloutBuffer b)
    {
        var ratio = (logProbs - b.OldLogProbs).exp();
        var a = b.Advantages.unsqueeze(-1);
        var objective = torch.min(ratio * a, ratio.clamp(1 - _clip, 1 + _clip) * a);
        return (objective * b.Mask).sum().neg() / b.Mask.sum();
    }
}

public sealed class UpdateScheduler
{
    private readonly nn.Module<Tensor, Tensor> _policy;
    private readonly optim.Optimizer _optimizer;
    private readonly PolicyLoss _loss;

    public UpdateScheduler(nn.Module<Tensor, Tensor> policy, PolicyLoss loss, double lr)
    {
        _policy = policy;
        _loss = loss;
        _optimizer = optim.AdamW(policy.parameters(), lr);
    }

    public Tensor LogProbs(Tensor tokens)
    {
        var n = tokens.shape[1] - 1;
        var lp = nn.functional.log_softmax(_policy.call(tokens.narrow(1, 0, n)), -1);
        return lp.gather(2, tokens.narrow(1, 1, n).unsqueeze(2)).squeeze(2);
    }

    public void Update(RolloutBuffer buffer, int epochs = 3, int minibatch = 16)
    {
        for (int epoch = 0; epoch < epochs; epoch++)
            foreach (var mb in buffer.Shuffled(minibatch))
            {
                using var scope = NewDisposeScope();
                _optimizer.zero_grad();
                _loss.Compute(LogProbs(mb.Tokens), mb).backward();
                {|GRPO003:_optimizer.step()|};
            }
    }
}

public sealed class TriagePipeline(RewardService rewards, AdvantageEstimator advantages, UpdateScheduler updates)
{
    public void Run(TriageCase[] cases, Func<TriageCase[], (Tensor tokens, Tensor mask, string[] answers)> sample)
    {
        var (tokens, mask, answers) = sample(cases);
        Tensor old;
        using (no_grad()) old = updates.LogProbs(tokens);
        var r = tensor(cases.Zip(answers, rewards.Evaluate).ToArray());
        updates.Update(new RolloutBuffer { Tokens = tokens, Mask = mask, OldLogProbs = old, Advantages = advantages.Estimate(r) });
    }
}
