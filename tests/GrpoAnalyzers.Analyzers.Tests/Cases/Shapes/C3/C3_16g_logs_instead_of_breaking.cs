// case: C3.16
// expect: GRPO003
// shape: the if on KL exists and its body writes a line
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace LogsOnly;

public class LogsTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private readonly float targetKl;

    public LogsTrainer(Module<Tensor, Tensor> policy, float targetKl = 0.01f)
    {
        this.policy = policy;
        this.targetKl = targetKl;
        optimizer = optim.AdamW(policy.parameters(), 1e-6, beta2: 0.95);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        for (int epoch = 0; epoch < 10; epoch++)
        {
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = torch.exp(lp - old);
            var kl = ((lp - old).square() * mask).sum() / (2 * mask.sum());
            if (kl.ToSingle() > 1.5f * targetKl)
                Console.WriteLine($"Early stopping at epoch {epoch} would be wise, kl = {kl.ToSingle()}");
            var a = adv.unsqueeze(-1);
            var loss = -(torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
