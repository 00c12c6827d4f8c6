// case: own.404
// expect: none
// shape: an iterator of epochs and mini-batches; who takes them leaves when the divergence is too large
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

sealed record Piece(Tensor Ids, Tensor Real, Tensor Old, Tensor Worth)
{
    public Piece Of(Tensor rows) => new(Ids[rows], Real[rows], Old[rows], Worth[rows]);
}

sealed class Careful(nn.Module<Tensor, Tensor> policy)
{
    private readonly optim.Optimizer adam = optim.AdamW(policy.parameters(), 1e-6);

    private static IEnumerable<Piece> Pieces(Piece all, int epochs)
    {
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            foreach (var rows in randperm(all.Ids.shape[0]).split(16))
            {
                yield return all.Of(rows);
            }
        }
    }

    public void Learn(Piece all)
    {
        foreach (var piece in Pieces(all, 4))
        {
            var now = policy.call(piece.Ids).log_softmax(-1).gather(-1, piece.Ids.unsqueeze(-1)).squeeze(-1);
            var delta = now - piece.Old;
            using (no_grad())
            {
                var k3 = ((delta.neg().exp() - 1 + delta) * piece.Real).sum() / piece.Real.sum();
                if (k3.item<float>() > 0.02f) break;
            }

            var ratio = delta.exp();
            var gain = minimum(ratio * piece.Worth, ratio.clamp(0.8, 1.2) * piece.Worth);
            var loss = -(gain * piece.Real).sum() / piece.Real.sum();
            adam.zero_grad();
            loss.backward();
            adam.step();
        }
    }
}
