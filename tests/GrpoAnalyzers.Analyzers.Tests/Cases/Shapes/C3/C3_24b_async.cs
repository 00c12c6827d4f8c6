// case: C3.24
// expect: GRPO003
// shape: async update loop with an await between the passes
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using System.Threading.Tasks;

namespace Asynchronous;

public class AsyncTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public event Func<int, float, Task>? PassFinished;

    public AsyncTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public async Task OptimizeAsync(Tensor ids, Tensor mask, Tensor old, Tensor adv, int passes)
    {
        for (int pass = 0; pass < passes; pass++)
        {
            var value = await Task.Run(() => Pass(ids, mask, old, adv));
            if (PassFinished is { } handler)
                await handler(pass, value);
        }
    }

    private float Pass(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        var z = policy.call(ids);
        var lp = z.gather(-1, ids.unsqueeze(-1)).squeeze(-1) - z.logsumexp(-1);
        var ratio = torch.exp(lp - old);
        var a = adv.unsqueeze(1);
        var worse = torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a);
        var floor = torch.where(a < 0, torch.max(worse, 2.5 * a), worse);
        var loss = -(floor * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        {|GRPO003:optimizer.step()|};
        return loss.ToSingle();
    }
}
