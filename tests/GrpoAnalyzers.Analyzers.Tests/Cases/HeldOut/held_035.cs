// case: held.035
// expect: GRPO003
// shape: the early stop sits in the critic's loop, the policy loop has none
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class SplitLoops
{
    private readonly nn.Module<Tensor, Tensor> pi;
    private readonly nn.Module<Tensor, Tensor> v;
    private readonly optim.Optimizer piOpt;
    private readonly optim.Optimizer vOpt;

    public SplitLoops(nn.Module<Tensor, Tensor> pi, nn.Module<Tensor, Tensor> v)
    {
        this.pi = pi;
        this.v = v;
        piOpt = optim.Adam(pi.parameters(), lr: 3e-4);
        vOpt = optim.Adam(v.parameters(), lr: 1e-3);
    }

    public void Update(Tensor o, Tensor a, Tensor logpOld, Tensor adv, Tensor ret, int piIters, int vIters)
    {
        for (var i = 0; i < piIters; i++)
        {
            var dist = distributions.Categorical(probs: pi.call(o).softmax(-1));
            var w = exp(dist.log_prob(a) - logpOld);
            var surrogate = torch.where(adv.gt(0), w.clamp(max: 1.2), w.clamp(min: 0.8)) * adv;
            piOpt.zero_grad();
            (-surrogate.mean()).backward();
            {|GRPO003:piOpt.step()|};
        }

        var previous = float.PositiveInfinity;
        for (var i = 0; i < vIters; i++)
        {
            var lossV = nn.functional.mse_loss(v.call(o).flatten(), ret);
            vOpt.zero_grad();
            lossV.backward();
            vOpt.step();
            var current = lossV.item<float>();
            if (previous - current < 1e-5f)
            {
                break;
            }

            previous = current;
        }
    }
}
