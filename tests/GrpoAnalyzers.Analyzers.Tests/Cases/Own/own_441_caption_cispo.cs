// case: own.441
// expect: none
// shape: CISPO: detached clipped weight on log-prob, several epochs, token mean, centred rewards
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace Captions;

public readonly record struct Episode(Tensor Ids, Tensor Mask, Tensor Cider);

public static class Cispo
{
    public static Tensor Weight(Tensor lp, Tensor behaviour, double cap)
        => (lp.detach() - behaviour).exp().clamp(max: 1.0 + cap).detach();

    public static Tensor Loss(Tensor lp, Tensor behaviour, Tensor adv, Tensor mask, double cap)
    {
        var w = Weight(lp, behaviour, cap);
        var term = w * adv * lp;
        return -(term * mask).sum() / mask.sum();
    }
}

public sealed class CaptionLearner
{
    readonly nn.Module<Tensor, Tensor> decoder;
    readonly optim.Optimizer opt;
    readonly int samplesPerImage;

    public CaptionLearner(nn.Module<Tensor, Tensor> decoder, int samplesPerImage = 5)
    {
        this.decoder = decoder;
        this.samplesPerImage = samplesPerImage;
        opt = optim.AdamW(decoder.parameters(), lr: 1e-6, beta1: 0.9, beta2: 0.95);
    }

    Tensor TokenLogProb(Tensor ids)
    {
        using var scope = NewDisposeScope();
        var logits = decoder.forward(ids.slice(1, 0, -1, 1));
        var target = ids.slice(1, 1, ids.shape[1], 1);
        var chosen = logits.gather(-1, target.unsqueeze(-1)).squeeze(-1);
        return (chosen - logits.logsumexp(-1)).MoveToOuterDisposeScope();
    }

    Tensor Centre(Tensor cider)
    {
        var perImage = cider.view(-1, samplesPerImage);
        return (perImage - perImage.mean(new long[] { 1 }, keepdim: true)).view(-1, 1);
    }

    public void Learn(IEnumerable<Episode> episodes, int reuse = 4)
    {
        foreach (var ep in episodes)
        {
            Tensor behaviour;
            using (no_grad()) behaviour = TokenLogProb(ep.Ids);
            using var adv = Centre(ep.Cider);
            for (int i = 0; i < reuse; i++)
            {
                using var loss = Cispo.Loss(TokenLogProb(ep.Ids), behaviour, adv, ep.Mask, cap: 2.0);
                opt.zero_grad();
                loss.backward();
                opt.step();
            }
            behaviour.Dispose();
        }
    }
}
