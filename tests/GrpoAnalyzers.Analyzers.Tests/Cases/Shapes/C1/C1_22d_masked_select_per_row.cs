// case: C1.22
// expect: GRPO001
// shape: masked_select on each row in a loop, then mean
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Selected;

public class SelectTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public SelectTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters());
    }

    public void Update(Tensor tokens, Tensor mask, Tensor old, Tensor adv)
    {
        var logits = policy.call(tokens);
        var lp = logits.gather(-1, tokens.unsqueeze(-1)).squeeze(-1) - torch.logsumexp(logits, -1);
        var ratio = (lp - old).exp();
        var rows = new List<Tensor>();
        for (long i = 0; i < tokens.shape[0]; i++)
        {
            var ri = ratio[i].masked_select(mask[i]);
            var gain = torch.minimum(ri * adv[i], ri.clamp(0.8, 1.2) * adv[i]);
            rows.Add({|GRPO001:gain.mean()|});
        }

        var loss = torch.stack(rows).mean().neg();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
