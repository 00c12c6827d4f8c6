// case: C4.15
// expect: none
// shape: completions.Average(c => c.Length) in the log line
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace LengthLog;

public class LengthLogTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public LengthLogTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(List<string> completions, Tensor ids, Tensor mask, float[] rewards)
    {
        var mean = rewards.Average();
        Console.WriteLine($"length {completions.Average(c => c.Length):F1}, reward per char {completions.Zip(rewards, (c, r) => r / c.Length).Average():F4}");
        var adv = torch.tensor(rewards.Select(r => r - mean).ToArray()).unsqueeze(1);
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var loss = -(lp * adv * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
