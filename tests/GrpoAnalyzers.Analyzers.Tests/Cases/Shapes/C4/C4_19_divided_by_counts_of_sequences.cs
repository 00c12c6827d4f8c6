// case: C4.19
// expect: none
// shape: sums over the number of sequences, groups, devices and accumulation steps
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Counts;

public class CountsTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private readonly int accumulationSteps, worldSize;

    public CountsTrainer(Module<Tensor, Tensor> policy, int accumulationSteps, int worldSize)
    {
        this.policy = policy;
        this.accumulationSteps = accumulationSteps;
        this.worldSize = worldSize;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(List<(Tensor Ids, Tensor Old, float Advantage)> sequences, int groupCount)
    {
        optimizer.zero_grad();
        foreach (var (ids, old, advantage) in sequences)
        {
            var lp = policy.call(ids.unsqueeze(0)).squeeze(0).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = torch.exp(lp - old);
            var gain = torch.min(ratio * advantage, ratio.clamp(0.8, 1.2) * advantage).sum();
            var loss = -gain / sequences.Count / groupCount / accumulationSteps / worldSize;
            loss.backward();
        }

        optimizer.step();
    }
}
