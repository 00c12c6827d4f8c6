// case: C4.42
// expect: none
// shape: weights are cached before each epoch and restored when the KL is too large
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Rollback;

public class RollbackTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public RollbackTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 3e-4);
    }

    private Tensor LogProbs(Tensor obs, Tensor act) => policy.call(obs).log_softmax(1).gather(1, act.unsqueeze(1)).squeeze(1);

    public void Update(Tensor obs, Tensor act, Tensor old, Tensor adv, int epochs, float limit)
    {
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            var saved = policy.parameters().Select(p => p.detach().clone()).ToList();
            var ratio = torch.exp(LogProbs(obs, act) - old);
            var loss = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();

            using var _ = no_grad();
            var kl = (old - LogProbs(obs, act)).mean().ToSingle();
            if (kl > limit)
            {
                foreach (var (p, s) in policy.parameters().Zip(saved))
                    p.copy_(s);
                return;
            }
        }
    }
}
