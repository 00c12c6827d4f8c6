// case: own.061
// expect: none
// shape: the generic helper has a row form, but the policy term uses the whole-batch form and rows are used for metrics only
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class HelperNoDim
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public HelperNoDim(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    private static Tensor MaskedMean(Tensor x, Tensor m, long? dim = null)
        => dim.HasValue ? (x * m).sum(dim.Value) / m.sum(dim.Value) : (x * m).sum() / m.sum();

    public (float loss, float[] rowEntropy) Step(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        var logits = model.call(ids);
        var all = logits.log_softmax(-1);
        var lp = all.gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - old).exp();
        var pt = -minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv);
        var loss = MaskedMean(pt, mask);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        float[] rows;
        using (no_grad())
        {
            var entropy = -(all.exp() * all).sum(-1);
            rows = MaskedMean(entropy, mask, 1).data<float>().ToArray();
        }

        return (loss.item<float>(), rows);
    }
}
