// case: own.098
// expect: none
// shape: the stored log-probs are replaced by the current ones at the end of every epoch
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class RefreshedOld
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public RefreshedOld(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.Adam(model.parameters(), lr: 1e-4);
    }

    public void Update(Tensor x, Tensor a, Tensor first, Tensor adv, int epochs)
    {
        var old = first;
        for (var e = 0; e < epochs; e++)
        {
            var lp = model.call(x).log_softmax(-1).gather(-1, a.unsqueeze(-1)).squeeze(-1);
            var ratio = (lp - old).exp();
            var loss = -minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            using (no_grad())
            {
                old = model.call(x).log_softmax(-1).gather(-1, a.unsqueeze(-1)).squeeze(-1);
            }
        }
    }
}
