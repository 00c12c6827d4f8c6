// case: own.374
// expect: none
// shape: vision-language captions, clipped ratio, token mean, several passes with KL stop
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace Captioning;

public interface ICaptioner
{
    Tensor Logits(Tensor pixels, Tensor tokens);
    IEnumerable<TorchSharp.Modules.Parameter> Weights { get; }
}

public sealed class KlBrake
{
    readonly double limit;
    public KlBrake(double limit) => this.limit = limit;

    public bool Holds(Tensor now, Tensor then, Tensor mask)
    {
        using var _ = no_grad();
        var d = then - now.detach();
        var k3 = (d.exp() - d - 1) * mask;
        return k3.sum().ToDouble() / mask.sum().ToDouble() <= limit;
    }
}

public sealed class CaptionGrpo<TModel> where TModel : ICaptioner
{
    readonly TModel model;
    readonly optim.Optimizer optimizer;
    readonly KlBrake brake = new(0.02);

    public CaptionGrpo(TModel model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.Weights, 1e-6);
    }

    Tensor LogProbs(Tensor pixels, Tensor tokens)
    {
        var lp = model.Logits(pixels, tokens).log_softmax(-1);
        var shifted = lp.narrow(1, 0, tokens.shape[1] - 1);
        return shifted.gather(-1, tokens.narrow(1, 1, tokens.shape[1] - 1).unsqueeze(-1)).squeeze(-1);
    }

    public int Update(Tensor pixels, Tensor tokens, Tensor mask, Tensor cider, int perImage, int epochs)
    {
        var table = cider.view(-1, perImage);
        var adv = (table - table.mean(new long[] { 1 }, keepdim: true)).view(-1, 1);
        Tensor then;
        using (no_grad()) then = LogProbs(pixels, tokens);

        int done = 0;
        while (done < epochs)
        {
            using var scope = NewDisposeScope();
            var now = LogProbs(pixels, tokens);
            if (!brake.Holds(now, then, mask))
                break;
            var ratio = (now - then).exp();
            var gain = torch.minimum(ratio * adv, ratio.clamp(0.8, 1.28) * adv);
            var loss = -(gain * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            done++;
        }
        return done;
    }
}
