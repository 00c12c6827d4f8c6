// case: own.225
// expect: GRPO001, GRPO003
// shape: interface for the loss with one implementation, batches cached in a queue and replayed
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

public interface IPolicyLoss
{
    Tensor Compute(Tensor logProbs, CachedBatch batch);
}

public sealed record CachedBatch(Tensor Ids, Tensor Mask, Tensor Old, Tensor Advantage);

public sealed class AsymmetricClip : IPolicyLoss
{
    public Tensor Compute(Tensor logProbs, CachedBatch batch)
    {
        var ratio = torch.exp(logProbs - batch.Old);
        var a = batch.Advantage.unsqueeze(-1);
        var term = torch.min(ratio * a, ratio.clip(0.8, 1.3) * a);
        var n = batch.Mask.sum(-1, keepdim: true);
        return -({|GRPO001:term * batch.Mask / n|}).sum(-1).mean();
    }
}

public sealed class QueueTrainer
{
    private readonly Queue<CachedBatch> cache = new();
    private readonly IPolicyLoss loss = new AsymmetricClip();
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;

    public QueueTrainer(nn.Module<Tensor, Tensor> lm)
    {
        this.lm = lm;
        optimizer = optim.AdamW(lm.parameters(), lr: 1e-6);
    }

    public void Enqueue(Tensor ids, Tensor mask, Tensor old, Tensor rewards) =>
        cache.Enqueue(new CachedBatch(ids, mask, old, rewards - rewards.mean()));

    public void Drain(int replays)
    {
        while (cache.TryDequeue(out var batch))
        {
            for (var i = 0; i < replays; i++)
            {
                var lp = lm.call(batch.Ids).log_softmax(-1).gather(-1, batch.Ids.unsqueeze(-1)).squeeze(-1);
                var value = loss.Compute(lp, batch);
                optimizer.zero_grad();
                value.backward();
                {|GRPO003:optimizer.step()|};
            }
        }
    }
}
