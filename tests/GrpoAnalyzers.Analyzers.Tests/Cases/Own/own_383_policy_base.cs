// case: own.383
// expect: GRPO001, GRPO002, GRPO003
// shape: generic base class with template methods, digest summaries, decoupled rewards, masked_fill + nan-free mean
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Digest;

public abstract class GroupTrainer<TSample> where TSample : class
{
    protected readonly nn.Module<Tensor, Tensor> Lm;
    protected readonly optim.Optimizer Optimizer;
    protected int Repeat { get; init; } = 4;

    protected GroupTrainer(nn.Module<Tensor, Tensor> lm)
    {
        Lm = lm;
        Optimizer = optim.AdamW(lm.parameters(), lr: 2e-6);
    }

    protected abstract Tensor LogProbs(TSample s);
    protected abstract Tensor Keep(TSample s);
    protected abstract Tensor Advantage(TSample s);
    protected abstract Tensor Reduce(Tensor tokens, Tensor keep);

    public void Learn(TSample s)
    {
        Tensor stored;
        using (no_grad()) stored = LogProbs(s).detach();
        var a = Advantage(s);
        var keep = Keep(s);
        for (int left = Repeat; left > 0; left--)
        {
            var ratio = LogProbs(s).sub(stored).masked_fill(keep.logical_not(), 0).exp();
            var unclipped = ratio * a;
            var clipped = ratio.clamp(0.8, 1.2) * a;
            var tokens = where(unclipped.lt(clipped), unclipped, clipped);
            var loss = -Reduce(tokens, keep).mean();
            Optimizer.zero_grad();
            loss.backward();
            {|GRPO003:Optimizer.step()|};
        }
    }
}

public sealed class DigestSample
{
    public required Tensor Ids { get; init; }
    public required Tensor Written { get; init; }
    public required IDictionary<string, float[]> Scores { get; init; }
    public required int Group { get; init; }
}

public sealed class DigestTrainer : GroupTrainer<DigestSample>
{
    public DigestTrainer(nn.Module<Tensor, Tensor> lm) : base(lm) { }

    protected override Tensor LogProbs(DigestSample s)
        => Lm.call(s.Ids[.., ..^1]).log_softmax(-1).gather(-1, s.Ids[.., 1..].unsqueeze(-1)).squeeze(-1);

    protected override Tensor Keep(DigestSample s) => s.Written[.., 1..].to(ScalarType.Bool);

    protected override Tensor Advantage(DigestSample s)
        => stack(s.Scores.Values.Select(v => Whiten(tensor(v).view(-1, s.Group)))).sum(0).view(-1, 1);

    private static Tensor Whiten(Tensor r)
    {
        var deviation = r.var(1, unbiased: false, keepdim: true).sqrt();
        return {|GRPO002:(r - r.mean(new long[] { 1 }, keepdim: true)) / (deviation + 1e-4)|};
    }

    protected override Tensor Reduce(Tensor tokens, Tensor keep)
    {
        var lengths = keep.sum(1).to(ScalarType.Float32);
        var totals = tokens.masked_fill(~keep, 0).sum(1);
        return {|GRPO001:totals / lengths|};
    }
}
