// case: own.454
// expect: GRPO001, GRPO002
// shape: packed tokens, segment sums by cumsum over boundaries, single update
using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Numerics.Packed;

/// Concatenated completions: Tokens/Targets [N], Ends [S] holds the exclusive end of each completion.
public sealed record PackedBatch(Tensor Tokens, Tensor Targets, Tensor Ends, Tensor Reward, int Group);

public static class Segments
{
    public static Tensor Lengths(Tensor ends)
    {
        var begins = torch.cat(new[] { torch.zeros(1, dtype: ScalarType.Int64), ends[TensorIndex.Slice(0, -1)] });
        return ends - begins;
    }

    public static Tensor Sum(Tensor values, Tensor ends)
    {
        var running = values.cumsum(0).index_select(0, ends - 1);
        var previous = torch.cat(new[] { torch.zeros(1), running[TensorIndex.Slice(0, -1)] });
        return running - previous;
    }
}

public sealed class PackedTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimiser;

    public PackedTrainer(nn.Module<Tensor, Tensor> model, double lr = 1e-6)
    {
        this.model = model;
        optimiser = torch.optim.AdamW(model.parameters(), lr);
    }

    private static Tensor Standardise(Tensor reward, int group)
    {
        var r = reward.view(-1, group);
        var mu = r.sum(1, keepdim: true) / group;
        var m2 = r.square().sum(1, keepdim: true) / group;
        var sd = (m2 - mu.square()).clamp_min(0.0).sqrt();
        var z = r - mu;
        {|GRPO002:z /= sd + 1e-4|};
        return z.view(-1);
    }

    public void Update(PackedBatch b)
    {
        var adv = Standardise(b.Reward, b.Group);
        var lengths = Segments.Lengths(b.Ends);
        var perToken = adv.repeat_interleave(lengths);

        using var scope = torch.NewDisposeScope();
        var logits = model.call(b.Tokens);
        var lp = logits.log_softmax(1).gather(1, b.Targets.unsqueeze(1)).squeeze(1);
        var sums = Segments.Sum(lp * perToken, b.Ends);
        var j = {|GRPO001:sums / lengths|};

        optimiser.zero_grad();
        j.mean().neg().backward();
        optimiser.step();
    }
}
