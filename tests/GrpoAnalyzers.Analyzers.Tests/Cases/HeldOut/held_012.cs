// case: held.012
// expect: GRPO003
// shape: KL penalty to the old policy is written but its constant coefficient is zero
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class PenaltyFree
{
    private const double KlCoefficient = 0.0;
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public PenaltyFree(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), lr: 3e-5);
    }

    public void Update(Tensor x, Tensor moves, Tensor oldLp, Tensor adv, int epochs)
    {
        for (var e = 0; e < epochs; e++)
        {
            var lp = policy.call(x).log_softmax(1).gather(1, moves.unsqueeze(1)).squeeze(1);
            var d = lp - oldLp;
            var rho = d.exp();
            var reward = minimum(rho * adv, rho.clamp(0.8, 1.2) * adv).mean();
            var kl = (rho - d - 1).mean();
            var loss = KlCoefficient * kl - reward;
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
