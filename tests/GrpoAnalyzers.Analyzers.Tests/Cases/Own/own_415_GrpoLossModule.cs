// case: own.415
// expect: GRPO001, GRPO002, GRPO003
// shape: framework style, DI and options, nn.Module loss, generic trainer base class
using System;
using System.Collections.Generic;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Northwind.Rlhf;

public sealed class GrpoOptions
{
    public int GroupSize { get; set; } = 16;
    public int UpdatesPerRollout { get; set; } = 4;
    public double Clip { get; set; } = 0.2;
    public double LearningRate { get; set; } = 1e-6;
}

public sealed record Experience(Tensor Tokens, Tensor ActionMask, Tensor OldLogProbs, Tensor Scores);

public interface IExperienceSource<TBatch>
{
    IAsyncEnumerable<TBatch> ReadAsync();
}

public interface ICausalLm
{
    Tensor TokenLogProbs(Tensor tokens);
    IEnumerable<Parameter> TrainableParameters();
}

public interface IAdvantageNormalizer
{
    Tensor Normalize(Tensor scores);
}

public sealed class GroupNormalizer : IAdvantageNormalizer
{
    private readonly GrpoOptions _options;

    public GroupNormalizer(GrpoOptions options) => _options = options;

    public Tensor Normalize(Tensor scores)
    {
        var groups = scores.reshape(-1, _options.GroupSize);
        var (std, mean) = torch.std_mean(groups, 1, unbiased: false, keepdim: true);
        return {|GRPO002:(groups.sub(mean).div(std.add(1e-4)))|}.reshape(-1, 1);
    }
}

public sealed class ClippedSurrogateLoss : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly double _clip;

    public ClippedSurrogateLoss(double clip) : base(nameof(ClippedSurrogateLoss)) => _clip = clip;

    public Tensor Mask { get; set; } = null!;

    public override Tensor forward(Tensor logRatio, Tensor advantages)
    {
        var ratio = logRatio.mul(Mask).exp();
        var bounded = ratio.clamp(1.0 - _clip, 1.0 + _clip);
        var tokenLoss = ratio.mul(advantages).minimum(bounded.mul(advantages)).neg().mul(Mask);
        var lengths = Mask.sum(dim: -1).clamp(min: 1.0);
        var sequenceLoss = {|GRPO001:tokenLoss.sum(dim: -1).divide(lengths)|};
        return sequenceLoss.mean();
    }
}

public abstract class TrainerBase<TBatch>
{
    private readonly IExperienceSource<TBatch> _source;

    protected TrainerBase(IExperienceSource<TBatch> source) => _source = source;

    public async System.Threading.Tasks.Task RunAsync()
    {
        await foreach (var batch in _source.ReadAsync())
            Learn(batch);
    }

    protected abstract void Learn(TBatch batch);
}

public sealed class GrpoTrainer : TrainerBase<Experience>
{
    private readonly ICausalLm _policy;
    private readonly IAdvantageNormalizer _normalizer;
    private readonly GrpoOptions _options;
    private readonly ClippedSurrogateLoss _loss;
    private readonly AdamW _optimizer;

    public GrpoTrainer(IExperienceSource<Experience> source, ICausalLm policy, IAdvantageNormalizer normalizer, GrpoOptions options)
        : base(source)
    {
        _policy = policy;
        _normalizer = normalizer;
        _options = options;
        _loss = new ClippedSurrogateLoss(options.Clip);
        _optimizer = optim.AdamW(policy.TrainableParameters(), lr: options.LearningRate, weight_decay: 0.01);
    }

    protected override void Learn(Experience batch)
    {
        using var advantages = _normalizer.Normalize(batch.Scores);
        _loss.Mask = batch.ActionMask;
        for (var update = 0; update < _options.UpdatesPerRollout; update++)
        {
            using var scope = NewDisposeScope();
            var logProbs = _policy.TokenLogProbs(batch.Tokens);
            var loss = _loss.forward(logProbs.sub(batch.OldLogProbs), advantages);
            _optimizer.zero_grad();
            loss.backward();
            {|GRPO003:_optimizer.step()|};
        }
    }
}
