// case: own.435
// expect: GRPO001, GRPO002, GRPO003
// shape: nn.Module loss, 3-D [prompt, sample, token] tensors, in-place advantage, L2 norm after centring
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace RetroSynth;

/// Clipped objective on [P, G, T] tensors.
class RouteLoss : nn.Module<Tensor, Tensor, Tensor, Tensor, Tensor>
{
    readonly double low, high;

    public RouteLoss(double low, double high) : base("route_loss")
    {
        this.low = low;
        this.high = high;
    }

    public override Tensor forward(Tensor logp, Tensor logpOld, Tensor advantage, Tensor mask)
    {
        using var scope = NewDisposeScope();
        var ratio = torch.exp((logp - logpOld).masked_fill(mask.logical_not(), 0));
        var adv = advantage.unsqueeze(-1);
        var term = torch.min(ratio * adv, ratio.clamp(1 - low, 1 + high) * adv).masked_fill(mask.logical_not(), 0);
        var lengths = mask.sum(-1, type: ScalarType.Float32).clamp_min(1);
        var route = {|GRPO001:term.sum(-1).div(lengths)|};   // [P, G]
        return route.mean().neg().MoveToOuterDisposeScope();
    }
}

static class Advantage
{
    public static Tensor OfRoutes(Tensor yield)   // [P, G]
    {
        var a = yield.clone();
        a.sub_(yield.mean(new long[] { -1 }, keepdim: true));
        var length = linalg.vector_norm(a, 2, new long[] { -1 }, keepdim: true) / Math.Sqrt(yield.shape[1]);
        {|GRPO002:a.div_(length.add_(1e-5))|};
        return a;
    }
}

class RetroTrainer
{
    readonly nn.Module<Tensor, Tensor> model;
    readonly RouteLoss criterion = new(0.2, 0.28);
    readonly optim.Optimizer optimizer;
    readonly int inner;

    public RetroTrainer(nn.Module<Tensor, Tensor> model, int inner)
    {
        this.model = model;
        this.inner = inner;
        optimizer = optim.AdamW(model.parameters(), 1e-6, weight_decay: 0.1);
    }

    Tensor LogProb(Tensor tokens)   // [P, G, T + 1] -> [P, G, T]
    {
        var (p, g, t) = (tokens.shape[0], tokens.shape[1], tokens.shape[2]);
        var flat = tokens.view(p * g, t);
        var logits = model.forward(flat[.., ..^1]);
        var logp = logits.log_softmax(-1).gather(-1, flat[.., 1..].unsqueeze(-1));
        return logp.view(p, g, t - 1);
    }

    public void Round(Tensor tokens, Tensor mask, Tensor yields)
    {
        Tensor old;
        using (no_grad()) old = LogProb(tokens);
        var advantage = Advantage.OfRoutes(yields);
        for (var i = 0; i < inner; ++i)
        {
            optimizer.zero_grad();
            using var loss = criterion.forward(LogProb(tokens), old, advantage, mask);
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }

    public void Train(IEnumerable<(Tensor tokens, Tensor mask, Tensor yields)> stream)
    {
        model.train();
        foreach (var (tokens, mask, yields) in stream)
            Round(tokens, mask, yields);
    }
}
