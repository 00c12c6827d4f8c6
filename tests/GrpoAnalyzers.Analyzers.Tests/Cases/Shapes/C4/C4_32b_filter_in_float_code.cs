// case: C4.32
// expect: none
// shape: float code computes every group's std to keep or drop it
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace FloatFilter;

public sealed class Group
{
    public required List<long[]> Answers { get; init; }
    public required float[] Rewards { get; init; }

    public float Std
    {
        get
        {
            var mean = Rewards.Average();
            return MathF.Sqrt(Rewards.Sum(r => (r - mean) * (r - mean)) / Rewards.Length);
        }
    }
}

public class FilterTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public FilterTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(List<Group> groups)
    {
        var loss = torch.zeros(1);
        long tokens = 0;
        foreach (var group in groups.Where(g => g.Std > 1e-6f))
        {
            var mean = group.Rewards.Average();
            for (int i = 0; i < group.Answers.Count; i++)
            {
                var ids = torch.tensor(group.Answers[i]);
                var lp = policy.call(ids.unsqueeze(0)).squeeze(0).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                loss = loss - lp.sum() * (group.Rewards[i] - mean);
                tokens += ids.shape[0];
            }
        }

        loss = loss / tokens;
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
