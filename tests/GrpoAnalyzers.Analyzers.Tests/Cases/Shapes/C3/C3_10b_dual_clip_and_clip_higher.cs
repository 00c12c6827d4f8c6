// case: C3.10
// expect: GRPO001, GRPO003
// shape: clip-higher with dual clip, sequence mean, four passes over shuffled rows
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace DualHigher;

public sealed class DualTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private readonly (double Low, double High, double Dual) clip = (0.2, 0.28, 3.0);
    private readonly Random random = new(7);

    public DualTrainer(Module<Tensor, Tensor> policy, double lr)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), lr);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        for (int pass = 0; pass < 4; pass++)
        {
            var order = Enumerable.Range(0, (int)ids.shape[0]).Select(i => (long)i).OrderBy(_ => random.Next()).ToArray();
            for (int s = 0; s < order.Length; s += 4)
            {
                var idx = torch.tensor(order.Skip(s).Take(4).ToArray());
                var x = ids.index_select(0, idx);
                var m = mask.index_select(0, idx);
                var a = adv.index_select(0, idx).unsqueeze(1);
                var lp = policy.call(x).log_softmax(-1).gather(-1, x.unsqueeze(-1)).squeeze(-1);
                var ratio = torch.exp(lp - old.index_select(0, idx));
                var inner = torch.min(ratio * a, ratio.clamp(1 - clip.Low, 1 + clip.High) * a);
                var pt = -torch.where(a < 0, torch.max(inner, clip.Dual * a), inner);
                var loss = ({|GRPO001:(pt * m).sum(1) / m.sum(1)|}).mean();
                optimizer.zero_grad();
                loss.backward();
                {|GRPO003:optimizer.step()|};
            }
        }
    }
}
