using static TorchSharp.torch;

namespace GrpoAnalyzers.Benchmarks;

/// <summary>
/// The known way to save memory, as well as it can be written: log-probabilities a chunk at a time, the loss on them, and a second pass that computes the
/// logits again (8 N H V). One buffer, products written into it, the temperature folded into the hidden states, the weight's gradient added up in place.
/// </summary>
internal static class RecomputeStep
{
    internal static void Run(TrainingBatch batch, int chunkRows)
    {
        using var scope = NewDisposeScope();
        var weight = batch.Weight.detach();
        var transposed = weight.t();
        var hidden = batch.Hidden.detach().view(-1, weight.shape[1]);
        var targets = batch.Targets.view(-1, 1);
        var rows = hidden.shape[0];
        var buffer = empty([Math.Min(chunkRows, rows), weight.shape[0]], ScalarType.Float32, weight.device);
        var logSum = empty([rows, 1], ScalarType.Float32, weight.device);
        var logProbs = empty([rows, 1], ScalarType.Float32, weight.device);
        using (no_grad())
        {
            for (long start = 0; start < rows; start += chunkRows)
            {
                using var chunk = NewDisposeScope();
                var count = Math.Min(chunkRows, rows - start);
                var logits = Logits(start, count);
                var own = logits.gather(1, targets.narrow(0, start, count));
                var largest = logits.amax([1L], true);
                var sum = logits.sub_(largest).exp_().sum(1, true).log_().add_(largest);
                logSum.narrow(0, start, count).copy_(sum);
                logProbs.narrow(0, start, count).copy_(own.sub_(sum));
            }
        }

        var leaf = logProbs.view(batch.Targets.shape).requires_grad_();
        GrpoFormula.Loss(leaf, batch, batch.Mask).backward();
        using var grad = no_grad();
        var given = leaf.grad!.view(-1, 1) / TrainingBatch.Temperature;
        var hiddenGradient = empty_like(hidden, ScalarType.Float32);
        var weightGradient = zeros_like(weight, ScalarType.Float32);
        for (long start = 0; start < rows; start += chunkRows)
        {
            using var chunk = NewDisposeScope();
            var count = Math.Min(chunkRows, rows - start);
            var part = given.narrow(0, start, count);
            var slope = Logits(start, count).sub_(logSum.narrow(0, start, count)).exp_().mul_(part.neg()).scatter_add_(1, targets.narrow(0, start, count), part);
            if (weight.dtype == ScalarType.Float32)
            {
                hiddenGradient.narrow(0, start, count).addmm_(slope, weight, 0, 1);
                weightGradient.addmm_(slope.t(), hidden.narrow(0, start, count), 1, 1);
            }
            else
            {
                var narrow = slope.to(weight.dtype);
                hiddenGradient.narrow(0, start, count).copy_(narrow.mm(weight));
                weightGradient.add_(narrow.t().mm(hidden.narrow(0, start, count)));
            }
        }

        batch.Hidden.grad = hiddenGradient.view(batch.Hidden.shape).to(weight.dtype).DetachFromDisposeScope();
        batch.Weight.grad = weightGradient.to(weight.dtype).DetachFromDisposeScope();

        Tensor Logits(long start, long count)
        {
            var logits = buffer.narrow(0, 0, count);
            var states = hidden.narrow(0, start, count) * (1 / TrainingBatch.Temperature);
            return weight.dtype == ScalarType.Float32 ? logits.addmm_(states, transposed, 0, 1) : logits.copy_(states.mm(transposed));
        }
    }
}
