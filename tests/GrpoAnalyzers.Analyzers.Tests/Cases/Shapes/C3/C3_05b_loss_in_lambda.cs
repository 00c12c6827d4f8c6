// case: C3.05
// expect: GRPO003
// shape: the loop is a helper that takes the loss as a Func<Tensor>
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace LambdaLoss;

public class LambdaTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public LambdaTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-6);
    }

    private void Repeat(int times, Func<Tensor> lossOf)
    {
        for (int i = 0; i < times; i++)
        {
            optimizer.zero_grad();
            var loss = lossOf();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        Repeat(4, () =>
        {
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = (lp - old).exp();
            var a = adv.unsqueeze(1);
            return (torch.min(ratio * a, ratio.clamp(0.9, 1.1) * a) * mask).sum() * -1 / mask.sum();
        });
    }
}
