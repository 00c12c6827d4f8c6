// case: own.378
// expect: GRPO001
// shape: vision-language, packed tokens with segment ids, index_add to per-completion sums, DAPO-style on-policy
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace Vlm.Packed;

/// <summary>All completions of a step laid end to end; Segment tells which completion a token is in.</summary>
public readonly struct PackedBatch
{
    public Tensor Patches { get; init; }
    public Tensor Tokens { get; init; }   // [N]
    public Tensor Targets { get; init; }  // [N]
    public Tensor Segment { get; init; }  // [N] int64
    public long Count { get; init; }
}

public sealed class PackedLoss : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly Tensor _segment;
    private readonly long _count;

    public PackedLoss(Tensor segment, long count) : base(nameof(PackedLoss))
    {
        _segment = segment;
        _count = count;
    }

    public override Tensor forward(Tensor logProbs, Tensor advantages)
    {
        var ratio = (logProbs - logProbs.detach()).exp();
        var perToken = ratio * advantages.index_select(0, _segment);
        var sums = zeros(_count).index_add(0, _segment, perToken, 1);
        var sizes = zeros(_count).index_add(0, _segment, ones_like(perToken).detach(), 1);
        return {|GRPO001:(sums / sizes)|}.mean().neg();
    }
}

public sealed class PackedTrainer
{
    private readonly nn.Module<Tensor, Tensor, Tensor> _vlm;
    private readonly optim.Optimizer _optimizer;

    public PackedTrainer(nn.Module<Tensor, Tensor, Tensor> vlm)
        => (_vlm, _optimizer) = (vlm, optim.AdamW(vlm.parameters(), lr: 1e-6, weight_decay: 0.1));

    private static Tensor LeaveOneOut(Tensor rewards, int g)
    {
        var r = rewards.view(-1, g);
        var others = (r.sum(1, keepdim: true) - r) / (g - 1);
        return (r - others).view(-1);
    }

    public void Train(IEnumerable<(PackedBatch Batch, float[] Rewards)> stream, int samplesPerImage)
    {
        foreach (var (b, rewards) in stream)
        {
            using var scope = NewDisposeScope();
            var logits = _vlm.call(b.Patches, b.Tokens);
            var lp = logits.log_softmax(-1).gather(-1, b.Targets.unsqueeze(-1)).squeeze(-1);
            using var criterion = new PackedLoss(b.Segment, b.Count);
            var loss = criterion.call(lp, LeaveOneOut(tensor(rewards), samplesPerImage));
            _optimizer.zero_grad();
            loss.backward();
            _optimizer.step();
        }
    }
}
