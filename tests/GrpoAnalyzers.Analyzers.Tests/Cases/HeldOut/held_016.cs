// case: held.016
// expect: GRPO003
// shape: GSPO sequence ratio trained over a list of minibatches for several epochs, centred advantages
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class GspoEpochs
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public GspoEpochs(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    public void Train(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int g, int epochs)
    {
        var r = rewards.view(-1, g);
        var adv = (r - r.mean(new long[] { 1 }, keepdim: true)).flatten();
        var lengths = mask.sum(1).clamp(min: 1);
        for (var e = 0; e < epochs; e++)
        {
            for (long b = 0; b < ids.shape[0]; b += g)
            {
                var x = ids.narrow(0, b, g);
                var lp = model.call(x).log_softmax(-1).gather(-1, x.unsqueeze(-1)).squeeze(-1);
                var logRatio = ((lp - old.narrow(0, b, g)) * mask.narrow(0, b, g)).sum(-1) / lengths.narrow(0, b, g);
                var s = logRatio.exp();
                var a = adv.narrow(0, b, g);
                var loss = torch.max(-s * a, -s.clamp(1 - 0.0003, 1 + 0.0004) * a).mean();
                optimizer.zero_grad();
                loss.backward();
                {|GRPO003:optimizer.step()|};
            }
        }
    }
}
