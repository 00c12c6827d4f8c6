// case: held.054
// expect: none
// shape: behaviour cloning and a discriminator, both over epochs with clamped logits
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class ImitationTrainer
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly nn.Module<Tensor, Tensor> discriminator;
    private readonly optim.Optimizer policyOpt;
    private readonly optim.Optimizer discOpt;

    public ImitationTrainer(nn.Module<Tensor, Tensor> policy, nn.Module<Tensor, Tensor> discriminator)
    {
        this.policy = policy;
        this.discriminator = discriminator;
        policyOpt = optim.Adam(policy.parameters(), lr: 1e-3);
        discOpt = optim.Adam(discriminator.parameters(), lr: 1e-3);
    }

    public void Clone(Tensor states, Tensor expert, int epochs)
    {
        for (var e = 0; e < epochs; e++)
        {
            var nll = nn.functional.cross_entropy(policy.call(states), expert, reduction: nn.Reduction.None);
            var loss = minimum(nll, nll.clamp(0.01, 4)).mean();
            policyOpt.zero_grad();
            loss.backward();
            policyOpt.step();
        }
    }

    public void Discriminate(Tensor fake, Tensor real, int epochs)
    {
        for (var e = 0; e < epochs; e++)
        {
            var f = discriminator.call(fake).clamp(-10, 10);
            var r = discriminator.call(real).clamp(-10, 10);
            var loss = nn.functional.softplus(f).mean() + nn.functional.softplus(-r).mean();
            discOpt.zero_grad();
            loss.backward();
            discOpt.step();
        }
    }
}
