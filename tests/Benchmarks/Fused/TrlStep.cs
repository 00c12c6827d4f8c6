using static TorchSharp.torch;

namespace GrpoAnalyzers.Benchmarks;

/// <summary>
/// TRL's way: all logits, but the log-probabilities of a completion at a time by gather and logsumexp, so that its softmax exists only in the backward pass.
/// The logits are divided in place, and what is not needed any more is disposed.
/// </summary>
internal static class TrlStep
{
    internal static void Run(TrainingBatch batch)
    {
        using var scope = NewDisposeScope();
        var logits = batch.Hidden.matmul(batch.Weight.t()).div_(TrainingBatch.Temperature);
        if (logits.dtype != ScalarType.Float32)
        {
            using var narrow = logits;
            logits = narrow.to(ScalarType.Float32);
        }

        var perCompletion = new List<Tensor>();
        foreach (var completion in logits.unbind(0)) perCompletion.Add(completion.logsumexp(-1));
        var logProbs = logits.gather(-1, batch.Targets.unsqueeze(-1)).squeeze(-1) - stack(perCompletion);
        logits.Dispose();
        GrpoFormula.Loss(logProbs, batch, batch.Mask).backward();
    }
}
