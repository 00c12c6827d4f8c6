// case: own.093
// expect: none
// shape: weights are cached before each step and restored when the KL afterwards is too large
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class RollbackGuard
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public RollbackGuard(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), lr: 1e-3);
    }

    private Tensor LogProb(Tensor s, Tensor a) => policy.call(s).log_softmax(1).gather(1, a.unsqueeze(1)).squeeze(1);

    public void Update(Tensor s, Tensor a, Tensor old, Tensor adv, int epochs, float maxKl)
    {
        for (var e = 0; e < epochs; e++)
        {
            var cache = policy.parameters().Select(p => p.detach().clone()).ToList();
            var ratio = (LogProb(s, a) - old).exp();
            var loss = -minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();

            using var guard = no_grad();
            var kl = (old - LogProb(s, a)).mean().item<float>();
            if (kl > maxKl)
            {
                var i = 0;
                foreach (var p in policy.parameters())
                {
                    p.copy_(cache[i++]);
                }
            }
        }
    }
}
