// case: own.419
// expect: GRPO002
// shape: functional, 3-D group tensors [P, G, T], DAPO-like token mean, lambda pipeline, one update
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Recipes;

public record Kitchen(Tensor Ids, Tensor Mask, Tensor Behaviour, Tensor Taste);

public record Hyper(double ClipLow = 0.2, double ClipHigh = 0.28, double Lr = 1e-6, double Norm = 1.0);

public static class Pipe
{
    public static R Then<T, R>(this T x, Func<T, R> f) => f(x);
}

public static class Objective
{
    // Taste is [P, G]: G cooks for each of P ingredient lists
    public static Tensor Relative(Tensor taste) =>
        (taste - taste.mean(new[] { 1L }, keepdim: true))
            .Then(centred => (centred, inverse: centred.square().mean(new[] { 1L }, keepdim: true).add(1e-6).rsqrt()))
            .Then(x => {|GRPO002:x.centred * x.inverse|});

    public static Tensor TokenMean(Tensor perToken, Tensor mask) => (perToken * mask).sum() / mask.sum();

    public static Func<Tensor, Tensor> Clip(Hyper h) => r => r.clamp(1 - h.ClipLow, 1 + h.ClipHigh);
}

public sealed class Chef
{
    private readonly nn.Module<Tensor, Tensor> _lm;
    private readonly Hyper _hyper;
    private readonly optim.Optimizer _opt;

    public Chef(nn.Module<Tensor, Tensor> lm, Hyper hyper)
    {
        _lm = lm;
        _hyper = hyper;
        _opt = optim.AdamW(lm.parameters(), lr: hyper.Lr);
    }

    private Tensor LogProbs(Tensor ids)
    {
        var (p, g, l) = (ids.shape[0], ids.shape[1], ids.shape[2]);
        var flat = ids.view(p * g, l);
        return _lm.call(flat.narrow(1, 0, l - 1))
            .log_softmax(-1)
            .gather(2, flat.narrow(1, 1, l - 1).unsqueeze(2))
            .view(p, g, l - 1);
    }

    private Tensor Loss(Kitchen k) =>
        (LogProbs(k.Ids) - k.Behaviour)
            .Then(d => (d * k.Mask).exp())
            .Then(ratio => (ratio, adv: Objective.Relative(k.Taste).unsqueeze(2)))
            .Then(x => torch.minimum(x.ratio * x.adv, Objective.Clip(_hyper)(x.ratio) * x.adv))
            .Then(gain => -Objective.TokenMean(gain, k.Mask));

    public IEnumerable<float> Cook(Func<nn.Module<Tensor, Tensor>, Kitchen> serve, int evenings)
    {
        foreach (var _ in Enumerable.Range(0, evenings))
        {
            using var scope = NewDisposeScope();
            var loss = Loss(serve(_lm));
            _opt.zero_grad();
            loss.backward();
            nn.utils.clip_grad_norm_(_lm.parameters(), _hyper.Norm);
            _opt.step();
            yield return loss.ToSingle();
        }
    }
}
