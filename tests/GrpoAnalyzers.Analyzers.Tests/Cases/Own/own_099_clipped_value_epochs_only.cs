// case: own.099
// expect: none
// shape: the critic is trained for many epochs with clipped values; the policy takes one clipped step
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class ValueEpochs
{
    private readonly nn.Module<Tensor, Tensor> pi;
    private readonly nn.Module<Tensor, Tensor> v;
    private readonly optim.Optimizer piOpt;
    private readonly optim.Optimizer vOpt;

    public ValueEpochs(nn.Module<Tensor, Tensor> pi, nn.Module<Tensor, Tensor> v)
    {
        this.pi = pi;
        this.v = v;
        piOpt = optim.Adam(pi.parameters(), lr: 3e-4);
        vOpt = optim.Adam(v.parameters(), lr: 1e-3);
    }

    public void Update(Tensor s, Tensor a, Tensor lp, Tensor adv, Tensor ret, Tensor oldV, int valueEpochs)
    {
        var ratio = (pi.call(s).log_softmax(1).gather(1, a.unsqueeze(1)).squeeze(1) - lp).exp();
        var policyLoss = -minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
        piOpt.zero_grad();
        policyLoss.backward();
        piOpt.step();

        for (var e = 0; e < valueEpochs; e++)
        {
            var values = v.call(s).squeeze(1);
            var clipped = oldV + torch.clamp(values - oldV, -0.2, 0.2);
            var loss = torch.max((values - ret).square(), (clipped - ret).square()).mean();
            vOpt.zero_grad();
            loss.backward();
            vOpt.step();
        }
    }
}
