// case: own.038
// expect: GRPO003
// shape: the KL test runs once the passes are over and only warns
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class LateCheck
{
    private readonly nn.Module<Tensor, Tensor> pi;
    private readonly optim.Optimizer opt;

    public LateCheck(nn.Module<Tensor, Tensor> pi)
    {
        this.pi = pi;
        opt = optim.RAdam(pi.parameters(), lr: 1e-4);
    }

    public void Update(Tensor obs, Tensor act, Tensor oldLp, Tensor adv, int n)
    {
        var kl = 0f;
        for (var i = 0; i < n; i++)
        {
            var heads = pi.call(obs).chunk(2, 1);
            var move = heads[0].log_softmax(1).gather(1, act.select(1, 0).unsqueeze(1));
            var turn = heads[1].log_softmax(1).gather(1, act.select(1, 1).unsqueeze(1));
            var lp = (move + turn).squeeze(1);
            var r = exp(lp - oldLp);
            var loss = -mean(min(r * adv, clamp(r, 0.8, 1.2) * adv));
            opt.zero_grad();
            loss.backward();
            {|GRPO003:opt.step()|};
            kl = (oldLp - lp).mean().item<float>();
        }

        if (kl > 0.02f)
        {
            Console.WriteLine("policy moved far");
        }
    }
}
