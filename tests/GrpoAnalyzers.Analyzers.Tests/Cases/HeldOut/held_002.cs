// case: held.002
// expect: none
// shape: passes end when more than a tenth of the tokens are outside the region
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class ClipFractionStop
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public ClipFractionStop(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6, beta1: 0.9, beta2: 0.95);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        var outside = 0f;
        var k = 0;
        while (k < 16 && outside <= 0.1f)
        {
            var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = exp(lp - old);
            var loss = -(minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            var far = (ratio.detach() - 1).abs().gt(0.2).to_type(ScalarType.Float32) * mask;
            outside = (far.sum() / mask.sum()).item<float>();
            k++;
        }
    }
}
