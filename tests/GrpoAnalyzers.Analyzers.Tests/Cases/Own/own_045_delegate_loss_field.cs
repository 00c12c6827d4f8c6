// case: own.045
// expect: GRPO003
// shape: the loss is a delegate kept in a field; the loop only knows the delegate
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class DelegateTrainer
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private readonly Func<Tensor, Tensor, Tensor, Tensor> objective;

    public DelegateTrainer(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), lr: 1e-5);
        objective = (now, old, adv) =>
        {
            var w = (now - old).exp();
            var pessimistic = minimum(w * adv, w.clamp(0.8, 1.3) * adv);
            return -maximum(pessimistic, 3.0 * adv).mean();
        };
    }

    public void Improve(Tensor inputs, Tensor labels, Tensor old, Tensor adv, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var now = policy.call(inputs).log_softmax(-1).gather(-1, labels.unsqueeze(-1)).squeeze(-1);
            optimizer.zero_grad();
            objective(now, old, adv).backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
