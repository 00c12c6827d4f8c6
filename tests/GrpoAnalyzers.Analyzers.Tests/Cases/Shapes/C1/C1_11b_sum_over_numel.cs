// case: C1.11
// expect: GRPO001
// shape: sum over numel per sequence, added up with +=
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Numel;

public class Trainer
{
    private readonly Module<Tensor, Tensor> net;
    private readonly optim.Optimizer opt;
    private readonly float clip;

    public Trainer(Module<Tensor, Tensor> net, float clip = 0.2f)
    {
        this.net = net;
        this.clip = clip;
        opt = optim.SGD(net.parameters(), 0.01);
    }

    public double Fit(Tensor[] tokens, Tensor[] oldLps, double[] advantages)
    {
        Tensor total = 0f;
        for (var k = 0; k < tokens.Length; ++k)
        {
            var dist = distributions.Categorical(logits: net.call(tokens[k].unsqueeze(0)).squeeze(0));
            var ratio = (dist.log_prob(tokens[k]) - oldLps[k]).exp();
            var a = advantages[k];
            var tokLoss = torch.max(ratio * -a, ratio.clamp(1 - clip, 1 + clip) * -a);
            total += {|GRPO001:tokLoss.sum() / tokLoss.numel()|};
        }

        total = total / tokens.Length;
        opt.zero_grad();
        total.backward();
        opt.step();
        return total.ToDouble();
    }
}
