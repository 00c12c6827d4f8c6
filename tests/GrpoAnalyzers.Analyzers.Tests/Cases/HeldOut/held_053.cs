// case: held.053
// expect: none
// shape: the policy term is a token mean; only the KL and entropy terms are averaged per row
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class SideTermsRowMean
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public SideTermsRowMean(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    public void Step(Tensor ids, Tensor mask, Tensor old, Tensor reference, Tensor adv)
    {
        var all = model.call(ids).log_softmax(-1);
        var lp = all.gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - old).exp();
        var policyTerm = (-minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv) * mask).sum() / mask.sum();
        var k3 = (reference - lp).exp() - (reference - lp) - 1;
        var klTerm = ((k3 * mask).sum(1) / mask.sum(1)).mean();
        var entropy = -(all.exp() * all).sum(-1);
        var entropyTerm = ((entropy * mask).sum(1) / mask.sum(1)).mean();
        var loss = policyTerm + 0.01 * klTerm - 0.001 * entropyTerm;
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
