// case: own.425
// expect: GRPO001, GRPO002, GRPO003
// shape: service classes, options object, padded rows, async rollouts, epochs in config
using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Contoso.Tutoring.Training;

public sealed class TutorTrainingOptions
{
    public int HintsPerExercise { get; set; } = 8;
    public int OptimizationEpochs { get; set; } = 4;
    public double ClipRange { get; set; } = 0.2;
    public double LearningRate { get; set; } = 1e-6;
    public double MaxGradNorm { get; set; } = 1.0;
}

/// <summary>Sampled hints for several exercises, exercise-major.</summary>
public sealed record HintBatch(Tensor TokenIds, Tensor ResponseMask, Tensor BehaviourLogProbs, Tensor Scores);

public interface IHintSampler
{
    Task<HintBatch> SampleAsync(nn.Module<Tensor, Tensor> tutor, CancellationToken ct);
}

public abstract class TrainingServiceBase<TOptions> where TOptions : class
{
    protected TrainingServiceBase(TOptions options) => Options = options ?? throw new ArgumentNullException(nameof(options));

    protected TOptions Options { get; }

    protected static Tensor TokenLogProbs(nn.Module<Tensor, Tensor> model, Tensor ids)
    {
        var logits = model.forward(ids.narrow(1, 0, ids.shape[1] - 1));
        var next = ids.narrow(1, 1, ids.shape[1] - 1).unsqueeze(-1);
        return nn.functional.log_softmax(logits, -1).gather(-1, next).squeeze(-1);
    }

    public abstract Task RunAsync(CancellationToken ct);
}

public sealed class TutorTrainingService : TrainingServiceBase<TutorTrainingOptions>
{
    private readonly nn.Module<Tensor, Tensor> _tutor;
    private readonly IHintSampler _sampler;
    private readonly optim.Optimizer _optimizer;

    public TutorTrainingService(TutorTrainingOptions options, nn.Module<Tensor, Tensor> tutor, IHintSampler sampler)
        : base(options)
    {
        _tutor = tutor;
        _sampler = sampler;
        _optimizer = optim.AdamW(tutor.parameters(), lr: options.LearningRate, weight_decay: 0.01);
    }

    public override async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            var batch = await _sampler.SampleAsync(_tutor, ct).ConfigureAwait(false);
            Optimize(batch);
        }
    }

    private Tensor ComputeAdvantages(Tensor scores)
    {
        var perExercise = scores.view(-1, Options.HintsPerExercise);
        var centred = perExercise - perExercise.mean(new long[] { 1 }, keepdim: true);
        var spread = perExercise.std(1, keepdim: true);
        return {|GRPO002:centred / (spread + 1e-4)|}.flatten();
    }

    private void Optimize(HintBatch batch)
    {
        using var advantages = ComputeAdvantages(batch.Scores).unsqueeze(1);
        for (var epoch = 0; epoch < Options.OptimizationEpochs; epoch++)
        {
            using var scope = NewDisposeScope();
            _optimizer.zero_grad();
            var loss = ComputeLoss(TokenLogProbs(_tutor, batch.TokenIds), batch, advantages);
            loss.backward();
            nn.utils.clip_grad_norm_(_tutor.parameters(), Options.MaxGradNorm);
            {|GRPO003:_optimizer.step()|};
        }
    }

    private Tensor ComputeLoss(Tensor logProbs, HintBatch batch, Tensor advantages)
    {
        var mask = batch.ResponseMask;
        var ratio = ((logProbs - batch.BehaviourLogProbs) * mask).exp();
        var clipped = ratio.clamp(1 - Options.ClipRange, 1 + Options.ClipRange);
        var objective = minimum(ratio * advantages, clipped * advantages) * mask;
        var perHint = {|GRPO001:objective.sum(1) / mask.sum(1).clamp_min(1)|};
        return -perHint.mean();
    }
}
