// case: own.409
// expect: none
// shape: framework style, DI and options, approximate-KL early stop
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace Contoso.Alignment;

public sealed class PolicyUpdateOptions
{
    public int Epochs { get; init; } = 4;
    public double ClipEpsilon { get; init; } = 0.2;
    public double TargetKl { get; init; } = 0.02;
    public double MaxGradNorm { get; init; } = 1.0;
}

public sealed record RolloutBatch(Tensor InputIds, Tensor Targets, Tensor Mask, Tensor OldLogProbs, Tensor Rewards, int GroupSize);

public interface ILogProbProvider
{
    Tensor Evaluate(Tensor inputIds, Tensor targets);
    IEnumerable<TorchSharp.Modules.Parameter> Parameters { get; }
}

public interface IAdvantageEstimator
{
    Tensor Estimate(RolloutBatch batch);
}

public sealed class GroupMeanBaseline : IAdvantageEstimator
{
    public Tensor Estimate(RolloutBatch batch)
    {
        var grouped = batch.Rewards.view(-1, batch.GroupSize);
        return (grouped - grouped.mean(new long[] { 1 }, keepdim: true)).flatten(0, -1);
    }
}

public interface IPolicyUpdater
{
    int Update(RolloutBatch batch);
}

public sealed class GuardedPolicyUpdater : IPolicyUpdater, IDisposable
{
    private readonly ILogProbProvider _policy;
    private readonly IAdvantageEstimator _advantages;
    private readonly PolicyUpdateOptions _options;
    private readonly optim.Optimizer _optimizer;

    public GuardedPolicyUpdater(ILogProbProvider policy, IAdvantageEstimator advantages, PolicyUpdateOptions options)
    {
        _policy = policy;
        _advantages = advantages;
        _options = options;
        _optimizer = optim.AdamW(policy.Parameters, lr: 1e-6);
    }

    public int Update(RolloutBatch batch)
    {
        var adv = _advantages.Estimate(batch).unsqueeze(1);
        var tokens = batch.Mask.sum();
        var done = 0;
        while (done < _options.Epochs)
        {
            using var scope = NewDisposeScope();
            var logp = _policy.Evaluate(batch.InputIds, batch.Targets);
            var logRatio = (logp - batch.OldLogProbs) * batch.Mask;
            if (ApproximateKl(logRatio, tokens) > _options.TargetKl)
                break;

            var ratio = logRatio.exp();
            var clipped = ratio.clamp(1 - _options.ClipEpsilon, 1 + _options.ClipEpsilon);
            var objective = torch.minimum(ratio * adv, clipped * adv) * batch.Mask;
            var loss = -objective.sum() / tokens;

            _optimizer.zero_grad();
            loss.backward();
            nn.utils.clip_grad_norm_(_policy.Parameters, _options.MaxGradNorm);
            _optimizer.step();
            done++;
        }
        return done;
    }

    private static double ApproximateKl(Tensor logRatio, Tensor tokens)
    {
        using var _ = no_grad();
        var x = logRatio.detach();
        return ((x.exp() - 1 - x).sum() / tokens).ToDouble();
    }

    public void Dispose() => _optimizer.Dispose();
}
