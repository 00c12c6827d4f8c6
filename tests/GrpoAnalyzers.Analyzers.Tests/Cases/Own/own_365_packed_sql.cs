// case: own.365
// expect: GRPO001, GRPO002, GRPO003
// shape: packed tokens with segment ids, index_add, in-place forms, base class, text-to-SQL
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace TextToSql;

public sealed class Packed
{
    public Tensor Tokens { get; init; } = null!;     // [N]
    public Tensor Targets { get; init; } = null!;    // [N]
    public Tensor Segment { get; init; } = null!;    // [N], the query each token belongs to
    public Tensor OldLogp { get; init; } = null!;    // [N]
    public Tensor Exec { get; init; } = null!;       // [Q], one reward a query
    public long Queries => Exec.shape[0];
}

public abstract class PackedTrainer
{
    protected readonly nn.Module<Tensor, Tensor> Model;
    protected readonly optim.Optimizer Opt;

    protected PackedTrainer(nn.Module<Tensor, Tensor> model, double lr)
    {
        Model = model;
        Opt = optim.AdamW(model.parameters(), lr, weight_decay: 0.0);
    }

    protected abstract Tensor Advantages(Tensor reward);
    protected abstract Tensor Objective(Tensor logp, Packed p, Tensor adv);

    public void Fit(IEnumerable<Packed> stream, int repeats)
    {
        foreach (var p in stream)
        {
            using var scope = NewDisposeScope();
            var adv = Advantages(p.Exec);
            for (int i = 0; i < repeats; ++i)
            {
                Opt.zero_grad();
                var logits = Model.forward(p.Tokens.unsqueeze(0)).squeeze(0);
                var logp = logits.log_softmax(-1).gather(1, p.Targets.unsqueeze(1)).squeeze(1);
                var loss = Objective(logp, p, adv).neg();
                loss.backward();
                nn.utils.clip_grad_norm_(Model.parameters(), 1.0);
                {|GRPO003:Opt.step()|};
            }
        }
    }
}

public sealed class SqlTrainer : PackedTrainer
{
    private readonly int beams;
    private readonly float epsLow, epsHigh;

    public SqlTrainer(nn.Module<Tensor, Tensor> model, int beams, float epsLow = 0.2f, float epsHigh = 0.2f)
        : base(model, 1e-6)
    {
        this.beams = beams;
        this.epsLow = epsLow;
        this.epsHigh = epsHigh;
    }

    protected override Tensor Advantages(Tensor reward)
    {
        var grouped = reward.reshape(-1, beams).clone();
        var spread = grouped.std(1, keepdim: true).add_(1e-4);
        grouped.sub_(grouped.mean(new long[] { 1 }, keepdim: true));
        {|GRPO002:grouped.div_(spread)|};
        return grouped.flatten();
    }

    protected override Tensor Objective(Tensor logp, Packed p, Tensor adv)
    {
        var tokenAdv = adv.index_select(0, p.Segment);
        var ratio = (logp - p.OldLogp).exp();
        var surrogate = minimum(ratio * tokenAdv, ratio.clamp(1 - epsLow, 1 + epsHigh) * tokenAdv);

        var totals = zeros(p.Queries).index_add(0, p.Segment, surrogate, 1);
        var counts = zeros(p.Queries).index_add(0, p.Segment, ones_like(surrogate), 1);
        return {|GRPO001:(totals / counts)|}.mean();
    }
}
