// case: own.487
// expect: GRPO001, GRPO003
// shape: interfaces and DI, product descriptions, method-form division by lengths, epochs from options
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Shop.Copywriting;

public sealed class TrainingOptions
{
    public int EpochsPerRollout { get; set; } = 3;
    public int SamplesPerProduct { get; set; } = 6;
    public float Clip { get; set; } = 0.2f;
    public float LearningRate { get; set; } = 1e-6f;
}

public interface IRewardService { float[] Score(IReadOnlyList<string> descriptions); }
public interface IAdvantageEstimator { Tensor Estimate(float[] rewards); }
public interface IPolicyLoss { Tensor Compute(Tensor current, RolloutBatch batch); }
public interface ITextPolicy
{
    nn.Module<Tensor, Tensor> Network { get; }
    RolloutBatch Write(IReadOnlyList<string> products, int samples);
    Tensor LogProbabilities(Tensor ids);
}

public sealed class RolloutBatch
{
    public Tensor Ids { get; init; } = null!;
    public Tensor ResponseMask { get; init; } = null!;
    public string[] Texts { get; init; } = Array.Empty<string>();
    public Tensor BehaviourLogProbs { get; set; } = null!;
    public Tensor Advantages { get; set; } = null!;
}

public sealed class MeanBaselineEstimator : IAdvantageEstimator
{
    private readonly TrainingOptions _o;
    public MeanBaselineEstimator(TrainingOptions o) => _o = o;
    public Tensor Estimate(float[] rewards)
    {
        var centred = rewards.Chunk(_o.SamplesPerProduct)
            .SelectMany(c => { var m = c.Average(); return c.Select(x => x - m); })
            .ToArray();
        return tensor(centred);
    }
}

public sealed class ClippedPolicyLoss : IPolicyLoss
{
    private readonly TrainingOptions _o;
    public ClippedPolicyLoss(TrainingOptions o) => _o = o;

    public Tensor Compute(Tensor current, RolloutBatch batch)
    {
        var ratio = (current - batch.BehaviourLogProbs).exp();
        var adv = batch.Advantages.unsqueeze(1).expand_as(ratio);
        var bounded = ratio.clamp(1 - _o.Clip, 1 + _o.Clip);
        var gain = (ratio * adv).minimum(bounded * adv).mul(batch.ResponseMask);

        var lengths = batch.ResponseMask.sum(1);
        var perText = {|GRPO001:gain.sum(1).div(lengths)|};
        return perText.mean().neg();
    }
}

public sealed class UpdateScheduler
{
    private readonly ITextPolicy _policy;
    private readonly IPolicyLoss _loss;
    private readonly TrainingOptions _o;
    private readonly optim.Optimizer _optimizer;

    public UpdateScheduler(ITextPolicy policy, IPolicyLoss loss, TrainingOptions o)
    {
        (_policy, _loss, _o) = (policy, loss, o);
        _optimizer = optim.Adam(policy.Network.parameters(), lr: o.LearningRate);
    }

    public void Apply(RolloutBatch batch)
    {
        foreach (var _ in Enumerable.Range(0, _o.EpochsPerRollout))
        {
            using var scope = NewDisposeScope();
            var objective = _loss.Compute(_policy.LogProbabilities(batch.Ids), batch);
            _optimizer.zero_grad();
            objective.backward();
            {|GRPO003:_optimizer.step()|};
        }
    }
}

public sealed class CopywritingTrainer
{
    private readonly ITextPolicy _policy;
    private readonly IRewardService _rewards;
    private readonly TrainingOptions _o = new() { EpochsPerRollout = 4 };
    private readonly IAdvantageEstimator _advantages;
    private readonly UpdateScheduler _updates;

    public CopywritingTrainer(ITextPolicy policy, IRewardService rewards)
    {
        _policy = policy;
        _rewards = rewards;
        _advantages = new MeanBaselineEstimator(_o);
        _updates = new UpdateScheduler(policy, new ClippedPolicyLoss(_o), _o);
    }

    public void Run(IEnumerable<string[]> catalogue)
    {
        foreach (var products in catalogue)
        {
            var batch = _policy.Write(products, _o.SamplesPerProduct);
            using (no_grad()) batch.BehaviourLogProbs = _policy.LogProbabilities(batch.Ids).detach();
            batch.Advantages = _advantages.Estimate(_rewards.Score(batch.Texts));
            _updates.Apply(batch);
        }
    }
}
