// case: C3.21
// expect: none
// shape: one step per call on everything in a buffer that keeps rows over several outer rounds
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Replay;

public sealed record Stored(Tensor Ids, Tensor Mask, Tensor Old, Tensor Advantage);

public class ReplayTrainer
{
    private readonly Queue<Stored> memory = new();
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public ReplayTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    private Stored SampleEntireMemory() => new(
        torch.cat(memory.Select(s => s.Ids).ToList(), 0),
        torch.cat(memory.Select(s => s.Mask).ToList(), 0),
        torch.cat(memory.Select(s => s.Old).ToList(), 0),
        torch.cat(memory.Select(s => s.Advantage).ToList(), 0));

    public void Run(Func<Stored> collect, int iterations)
    {
        for (int i = 0; i < iterations; i++)
        {
            memory.Enqueue(collect());
            if (memory.Count > 4)
                memory.Dequeue();
            var all = SampleEntireMemory();
            var lp = policy.call(all.Ids).log_softmax(-1).gather(-1, all.Ids.unsqueeze(-1)).squeeze(-1);
            var ratio = torch.exp(lp - all.Old);
            var a = all.Advantage.unsqueeze(1);
            var loss = -(torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a) * all.Mask).sum() / all.Mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
