// case: C1.17
// expect: GRPO001
// shape: rows cut to their own length arrive one group at a time; mean(new long[]{1}) then mean
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Truncated;

public class TruncatedTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public TruncatedTrainer(Module<Tensor, Tensor> policy, double lr)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), lr);
    }

    // every tensor of the list is [n, T_i]: completions of equal length were bucketed together
    public void Update(List<Tensor> buckets, List<Tensor> oldBuckets, List<Tensor> advantages)
    {
        optimizer.zero_grad();
        for (int i = 0; i < buckets.Count; i++)
        {
            var ids = buckets[i];
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var r = (lp - oldBuckets[i]).exp();
            var a = advantages[i].unsqueeze(1);
            var pt = -torch.minimum(r * a, r.clamp(0.8, 1.2) * a);
            var loss = {|GRPO001:pt.mean(new long[] { 1 })|}.mean() / buckets.Count;
            loss.backward();
        }

        optimizer.step();
    }
}
