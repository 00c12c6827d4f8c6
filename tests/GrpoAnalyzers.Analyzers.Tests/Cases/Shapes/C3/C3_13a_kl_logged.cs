// case: C3.13
// expect: GRPO003
// shape: approximate KL is computed, printed and collected, but decides nothing
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace KlLogged;

public class LoggingTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private readonly List<float> klHistory = new();

    public LoggingTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 2e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv, Tensor anchor, int epochs)
    {
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var logRatio = lp - old;
            var ratio = logRatio.exp();
            using (no_grad())
            {
                var approxKl = ((ratio - 1 - logRatio) * mask).sum() / mask.sum();
                klHistory.Add(approxKl.item<float>());
                Console.WriteLine($"epoch {epoch} kl {klHistory[^1]:F5}");
            }

            var a = adv.unsqueeze(1);
            var surr = torch.minimum(ratio * a, torch.clamp(ratio, 0.8, 1.2) * a);
            surr = surr - 0.05 * (lp - anchor).square();
            var loss = -(surr * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
