using GrpoAnalyzers.Runtime;
using static TorchSharp.torch;

namespace GrpoAnalyzers.Benchmarks;

/// <summary>Ways to take one training step on the head: GRPO with clip and k3 penalty, the mean of completions' means.</summary>
internal static class Contestants
{
    private static readonly GroupObjective Grpo = GroupObjective.GrpoR1 with { Regulariser = new KlPenalty(TrainingBatch.Beta, KlEstimator.K3) };

    // With GSPO's own bounds completions of random numbers would be clipped, and a clipped completion's rows are not multiplied.
    private static readonly GroupObjective SequenceRatio = GroupObjective.Gspo with
    {
        Surrogate = new ClippedSurrogate(Ratio.SequenceGeometricMean, Clip.Symmetric(TrainingBatch.Clip)),
    };

    private static readonly GroupObjective TopEntropy = GroupObjective.Dapo with
    {
        Weighting = GroupObjective.Dapo.Weighting with { Tokens = new TopEntropyWeight(0.2) },
    };

    internal static IReadOnlyDictionary<string, Action<TrainingBatch, FusedOptions>> All { get; } = new Dictionary<string, Action<TrainingBatch, FusedOptions>>
    {
        ["naive"] = (b, _) => NaiveStep.Run(b, b.Weight, b.Mask),
        ["naive-frozen"] = (b, _) => NaiveStep.Run(b, b.FrozenWeight, b.Mask),
        ["naive-ragged"] = (b, _) => NaiveStep.Run(b, b.Weight, b.RaggedMask),
        ["trl"] = (b, _) => TrlStep.Run(b),
        ["recompute"] = (b, options) => RecomputeStep.Run(b, options.ChunkRows ?? 128),
        ["sink"] = (b, options) => Sink(Grpo, b, b.Weight, b.Inputs, options),
        ["sink-128"] = (b, options) => Sink(Grpo, b, b.Weight, b.Inputs, options with { ChunkRows = 128 }),
        ["autograd"] = (b, options) => Autograd(b, b.Weight, options),
        ["frozen"] = (b, options) => Autograd(b, b.FrozenWeight, options),
        ["frozen-own"] = (b, options) => OwnLoss(b, b.FrozenWeight, options),
        ["own"] = (b, options) => OwnLoss(b, b.Weight, options),
        ["ragged"] = (b, options) => Sink(Grpo, b, b.Weight, b.RaggedInputs, options),
        ["sequence"] = (b, options) => Sink(SequenceRatio, b, b.Weight, b.Inputs, options),
        ["top-entropy"] = (b, options) => Sink(TopEntropy, b, b.Weight, b.Inputs, options),
    };

    private static void Sink(GroupObjective objective, TrainingBatch batch, Tensor weight, FusedInputs inputs, FusedOptions options)
    {
        using var result = FusedLoss.Backward(objective, batch.Hidden, Head(weight), inputs, options: options);
    }

    private static void Autograd(TrainingBatch batch, Tensor weight, FusedOptions options)
    {
        using var result = FusedLoss.Compute(Grpo, batch.Hidden, Head(weight), batch.Inputs, options: options);
        result.Loss.backward();
    }

    private static void OwnLoss(TrainingBatch batch, Tensor weight, FusedOptions options)
    {
        using var scope = NewDisposeScope();
        using var tokens = FusedLogProbs.Compute(batch.Hidden, Head(weight), batch.Targets, batch.Mask, options);
        GrpoFormula.Loss(tokens.LogProbs, batch, batch.Mask).backward();
    }

    private static LmHead Head(Tensor weight) => new(weight) { Temperature = TrainingBatch.Temperature };
}
