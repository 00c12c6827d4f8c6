// case: own.305
// expect: GRPO001, GRPO002, GRPO003
// shape: packed tokens in one row with segment ids, segment means by index_add_, group statistics gathered by group id
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Packing;

public readonly record struct PackedRollout(
    Tensor Tokens,        // [N]
    Tensor Positions,     // [N]
    Tensor SegmentIds,    // [N] completion index of each token
    Tensor GroupIds,      // [S] prompt index of each completion
    Tensor Rewards,       // [S]
    long Segments,
    long Groups);

public interface IPackedModel
{
    Tensor TokenLogp(Tensor tokens, Tensor positions, Tensor segmentIds);
    System.Collections.Generic.IEnumerable<TorchSharp.Modules.Parameter> Weights();
}

public sealed class Packer
{
    private readonly List<long> tokens = new(), positions = new(), segments = new(), groups = new();
    private readonly List<float> rewards = new();
    private long groupCount;

    public Packer AddGroup(IEnumerable<(long[] ids, float reward)> completions)
    {
        foreach (var (ids, reward) in completions)
        {
            for (int t = 0; t < ids.Length; t++)
            {
                tokens.Add(ids[t]);
                positions.Add(t);
                segments.Add(rewards.Count);
            }
            groups.Add(groupCount);
            rewards.Add(reward);
        }
        groupCount++;
        return this;
    }

    public PackedRollout Build() => new(
        tensor(tokens.ToArray()),
        tensor(positions.ToArray()),
        tensor(segments.ToArray()),
        tensor(groups.ToArray()),
        tensor(rewards.ToArray()),
        rewards.Count,
        groupCount);
}

public class PackedTrainer
{
    private readonly IPackedModel _model;
    private readonly TorchSharp.Modules.Adam _opt;

    public PackedTrainer(IPackedModel model)
    {
        _model = model;
        _opt = optim.Adam(model.Weights(), lr: 1e-6);
    }

    private static Tensor SegmentSum(Tensor values, Tensor ids, long n)
        => zeros(n).index_add(0, ids, values, 1);

    private static Tensor Advantages(in PackedRollout p)
    {
        var count = SegmentSum(ones_like(p.Rewards), p.GroupIds, p.Groups);
        var mean = SegmentSum(p.Rewards, p.GroupIds, p.Groups) / count;
        var centred = p.Rewards - mean.index_select(0, p.GroupIds);
        var variance = SegmentSum(centred.square(), p.GroupIds, p.Groups) / count;
        var deviation = variance.sqrt().index_select(0, p.GroupIds);
        return {|GRPO002:centred / (deviation + 1e-5)|};
    }

    public float Update(PackedRollout p, int passes, double eps)
    {
        var adv = Advantages(p).index_select(0, p.SegmentIds);
        var tokensPerSegment = SegmentSum(ones(p.Tokens.shape[0]), p.SegmentIds, p.Segments);
        Tensor old;
        using (no_grad())
            old = _model.TokenLogp(p.Tokens, p.Positions, p.SegmentIds);

        float report = 0;
        for (var i = 0; i < passes; ++i)
        {
            using var scope = NewDisposeScope();
            var logp = _model.TokenLogp(p.Tokens, p.Positions, p.SegmentIds);
            var ratio = exp(logp - old);
            var clipped = ratio.clamp(1 - eps, 1 + eps);
            var token = minimum(ratio * adv, clipped * adv);
            var perSegment = {|GRPO001:SegmentSum(token, p.SegmentIds, p.Segments) / tokensPerSegment|};
            var loss = -perSegment.mean();
            _opt.zero_grad();
            loss.backward();
            {|GRPO003:_opt.step()|};
            report = loss.ToSingle();
        }
        return report;
    }

    public float Perplexity(PackedRollout p)
    {
        using var ng = no_grad();
        return (-_model.TokenLogp(p.Tokens, p.Positions, p.SegmentIds)).mean().exp().ToSingle();
    }
}
