// case: C1.14
// expect: GRPO001
// shape: float code divides each trajectory's advantage by its token count, the loss is a plain sum
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace FloatPrep;

public class Traj
{
    public long[] Tokens = System.Array.Empty<long>();
    public float Reward;
    public float Advantage;
}

public class FloatPrepTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public FloatPrepTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), lr: 3e-6);
    }

    private static void Prepare(List<Traj> batch)
    {
        float sum = 0;
        foreach (var t in batch) sum += t.Reward;
        foreach (var t in batch)
        {
            t.Advantage = t.Reward - sum / batch.Count;
            {|GRPO001:t.Advantage /= t.Tokens.Length|};
        }
    }

    public void Update(List<Traj> batch)
    {
        Prepare(batch);
        var loss = torch.zeros(1);
        foreach (var t in batch)
        {
            var ids = torch.tensor(t.Tokens);
            var z = policy.call(ids.unsqueeze(0))[0];
            var lp = z.log_softmax(1).gather(1, ids.unsqueeze(1)).squeeze(1);
            loss = loss - (lp * t.Advantage).sum();
        }

        loss = loss / batch.Count;
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
