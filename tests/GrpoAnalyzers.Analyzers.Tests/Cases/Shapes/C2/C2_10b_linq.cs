// case: C2.10
// expect: GRPO002
// shape: LINQ Average of squares and Math.Sqrt in double, one prompt at a time
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace LinqStats;

public class LinqTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public LinqTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 2e-6);
    }

    public void TrainPrompt(Tensor answers, Tensor mask, IReadOnlyList<double> rewards)
    {
        var mean = rewards.Average();
        var std = Math.Sqrt(rewards.Average(r => (r - mean) * (r - mean)));
        var normed = rewards.Select(r => (float)({|GRPO002:(r - mean) / (std + 1e-4)|})).ToArray();
        var adv = torch.tensor(normed).unsqueeze(-1);
        var logits = policy.call(answers);
        var lp = logits.gather(-1, answers.unsqueeze(-1)).squeeze(-1) - logits.logsumexp(-1);
        var loss = -(lp * adv * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
