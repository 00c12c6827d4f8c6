using static TorchSharp.torch;

namespace GrpoAnalyzers.Benchmarks;

/// <summary>What people write: all logits, one dispose scope a step, nothing disposed inside.</summary>
internal static class NaiveStep
{
    internal static void Run(TrainingBatch batch, Tensor weight, Tensor mask)
    {
        using var scope = NewDisposeScope();
        var logits = batch.Hidden.matmul(weight.t()) / TrainingBatch.Temperature;
        var logProbs = logits.to(ScalarType.Float32).log_softmax(-1).gather(-1, batch.Targets.unsqueeze(-1)).squeeze(-1);
        GrpoFormula.Loss(logProbs, batch, mask).backward();
    }
}
