using static TorchSharp.torch;

namespace GrpoAnalyzers.Benchmarks;

/// <summary>The formula as it is written by hand, once the log-probabilities are there.</summary>
internal static class GrpoFormula
{
    internal static Tensor Loss(Tensor logProbs, TrainingBatch batch, Tensor mask) =>
        Loss(logProbs, batch.Old, batch.Reference, batch.Advantages.unsqueeze(1), mask.to(logProbs.dtype));

    internal static Tensor Loss(Tensor logProbs, Tensor old, Tensor reference, Tensor advantages, Tensor mask)
    {
        var ratio = (logProbs - old).exp();
        var surrogate = minimum(ratio * advantages, ratio.clamp(1 - TrainingBatch.Clip, 1 + TrainingBatch.Clip) * advantages);
        var apart = reference - logProbs;
        var kl = apart.exp() - apart - 1;
        var perToken = TrainingBatch.Beta * kl - surrogate;
        return ((perToken * mask).sum(1) / mask.sum(1)).mean();
    }

}
