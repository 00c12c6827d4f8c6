// case: own.132
// expect: GRPO001
// shape: a loss module with an aggregation enum, called from an async trainer
using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Probe05;

public enum Aggregation { PerSequence, PerToken }

public sealed class ClippedLoss : Module<Tensor, Tensor, Tensor, Tensor, Tensor>
{
    private readonly double eps;
    private readonly Aggregation aggregation;

    public ClippedLoss(double eps, Aggregation aggregation) : base(nameof(ClippedLoss))
    {
        this.eps = eps;
        this.aggregation = aggregation;
    }

    public override Tensor forward(Tensor logp, Tensor old, Tensor advantages, Tensor mask)
    {
        var ratio = (logp - old).exp();
        var surrogate = min(ratio * advantages.unsqueeze(1), ratio.clamp(1 - eps, 1 + eps) * advantages.unsqueeze(1));
        return aggregation switch
        {
            Aggregation.PerSequence => ({|GRPO001:-(surrogate * mask).sum(1) / mask.sum(1)|}).mean(),
            Aggregation.PerToken => -(surrogate * mask).sum() / mask.sum(),
            _ => throw new ArgumentOutOfRangeException(),
        };
    }
}

public sealed class AsyncTrainer
{
    private readonly Module<Tensor, Tensor> net;
    private readonly ClippedLoss criterion = new(0.2, Aggregation.PerSequence);
    private readonly optim.Optimizer optimizer;

    public AsyncTrainer(Module<Tensor, Tensor> net)
    {
        this.net = net;
        optimizer = optim.AdamW(net.parameters());
    }

    public async Task RunAsync(IAsyncEnumerable<(Tensor Ids, Tensor Mask, Tensor Old, Tensor Rewards)> rollouts, CancellationToken token)
    {
        await foreach (var (ids, mask, old, rewards) in rollouts.WithCancellation(token))
        {
            await Task.Run(() => Fit(ids, mask, old, rewards), token);
        }
    }

    private void Fit(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
    {
        var adv = rewards - rewards.mean();
        var logp = net.call(ids).log_softmax(2).gather(2, ids.unsqueeze(2)).squeeze(2);
        optimizer.zero_grad();
        criterion.call(logp, old, adv, mask).backward();
        optimizer.step();
    }
}
