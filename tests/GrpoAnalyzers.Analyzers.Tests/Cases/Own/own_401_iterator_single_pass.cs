// case: own.401
// expect: none
// shape: an iterator cuts one permutation into mini-batches: each row is used once
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

sealed class Lines
{
    public required Tensor Ids, Real, Old, Worth;
}

sealed class LineTrainer
{
    private readonly nn.Module<Tensor, Tensor> writer;
    private readonly optim.Optimizer adam;

    public LineTrainer(nn.Module<Tensor, Tensor> writer)
    {
        this.writer = writer;
        adam = optim.AdamW(writer.parameters(), 1e-6);
    }

    private static IEnumerable<Lines> Parts(Lines all, int size)
    {
        var order = randperm(all.Ids.shape[0]);
        for (long from = 0; from < order.shape[0]; from += size)
        {
            var rows = order.narrow(0, from, Math.Min(size, order.shape[0] - from));
            yield return new Lines { Ids = all.Ids[rows], Real = all.Real[rows], Old = all.Old[rows], Worth = all.Worth[rows] };
        }
    }

    public void Improve(Lines all)
    {
        foreach (var part in Parts(all, 32))
        {
            var now = writer.call(part.Ids).log_softmax(-1).gather(-1, part.Ids.unsqueeze(-1)).squeeze(-1);
            var ratio = (now - part.Old).exp();
            var gain = minimum(ratio * part.Worth, ratio.clamp(0.8, 1.2) * part.Worth);
            var loss = -(gain * part.Real).sum() / part.Real.sum();
            adam.zero_grad();
            loss.backward();
            adam.step();
        }
    }
}
