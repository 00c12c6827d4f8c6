// case: own.285
// expect: none
// shape: group std with SGD, disjoint mini-batches once
using System;
using System.Collections.Generic;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Chess.Commentary;

/// Group-relative updates with plain SGD. A rollout is cut into disjoint mini-batches and each is used once.
public sealed class CommentaryTrainer : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly SGD sgd;
    private readonly int miniBatches;

    public CommentaryTrainer(nn.Module<Tensor, Tensor> model, double rate, int miniBatches)
    {
        this.model = model;
        this.miniBatches = miniBatches;
        sgd = optim.SGD(model.parameters(), learningRate: rate, momentum: 0.9, nesterov: true);
    }

    public float Train(Tensor ids, Tensor mask, Tensor reward, int group)
    {
        var grid = reward.view(-1, group);
        var advantage = ((grid - grid.mean(new[] { 1L }, keepdim: true)) / (grid.std(1, keepdim: true) + 1e-4)).view(-1);
        Tensor old;
        using (no_grad()) old = TokenLogProb(ids);

        var total = 0f;
        foreach (var rows in torch.randperm(ids.shape[0], ScalarType.Int64).chunk(miniBatches))
        {
            var m = mask[rows];
            var ratio = torch.exp(TokenLogProb(ids[rows]) - old[rows]);
            var a = advantage[rows].unsqueeze(1);
            var clipped = torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a);
            var loss = -(clipped * m).sum() / m.sum();
            sgd.zero_grad();
            loss.backward();
            sgd.step();
            total += loss.ToSingle();
        }
        return total / miniBatches;
    }

    private Tensor TokenLogProb(Tensor ids)
    {
        var logits = model.call(ids.narrow(1, 0, ids.shape[1] - 1));
        return logits.log_softmax(2).gather(2, ids.narrow(1, 1, ids.shape[1] - 1).unsqueeze(2)).squeeze(2);
    }

    public void Dispose() => sgd.Dispose();
}
