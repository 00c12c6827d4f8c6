// case: held.059
// expect: none
// shape: a guard class of the user's own in another file decides by the KL whether the loop goes on
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Guarded;

public class GuardedTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;
    private readonly KlGuard guard = new(0.02f);

    public GuardedTrainer(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-5);
    }

    public void Update(Tensor s, Tensor a, Tensor old, Tensor adv, int passes)
    {
        guard.Reset();
        for (var i = 0; i < passes && guard.MayContinue; i++)
        {
            var lp = model.call(s).log_softmax(1).gather(1, a.unsqueeze(1)).squeeze(1);
            var ratio = (lp - old).exp();
            var loss = -minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            guard.Observe(lp.detach(), old);
        }
    }
}
