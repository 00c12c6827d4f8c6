// case: held.008
// expect: none
// shape: PopArt: the value head is rescaled by running statistics; advantages are unscaled
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class PopArt
{
    private readonly nn.Module<Tensor, Tensor> trunk;
    private readonly TorchSharp.Modules.Parameter w = nn.Parameter(rand(64) * 0.1);
    private readonly TorchSharp.Modules.Parameter b = nn.Parameter(zeros(1));
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private double mu;
    private double nu = 1;

    public PopArt(nn.Module<Tensor, Tensor> trunk, nn.Module<Tensor, Tensor> policy)
    {
        this.trunk = trunk;
        this.policy = policy;
        optimizer = optim.Adam(trunk.parameters().Concat(policy.parameters()).Append(w).Append(b), lr: 1e-4);
    }

    public void Update(Tensor s, Tensor a, Tensor ret)
    {
        var oldMu = mu;
        var oldSigma = Math.Sqrt(nu - mu * mu + 1e-4);
        mu = 0.99 * mu + 0.01 * ret.mean().item<float>();
        nu = 0.99 * nu + 0.01 * ret.square().mean().item<float>();
        var sigma = Math.Sqrt(nu - mu * mu + 1e-4);
        using (no_grad())
        {
            w.mul_(oldSigma / sigma);
            b.mul_(oldSigma / sigma).add_((oldMu - mu) / sigma);
        }

        var h = trunk.call(s);
        var normalised = (h * w).sum(1) + b;
        var valueLoss = (normalised - (ret - mu) / sigma).pow(2).mean();
        var adv = (ret - (normalised * sigma + mu)).detach();
        var lp = policy.call(h.detach()).log_softmax(1).gather(1, a.unsqueeze(1)).squeeze(1);
        var loss = valueLoss - (adv * lp).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
