// case: own.146
// expect: GRPO001
// shape: the loss is a lambda in a field, among aggregators that are not used
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace Q07;

public delegate Tensor LossFunction(Tensor logp, Tensor old, Tensor adv, Tensor mask);

public sealed class Pluggable
{
    private static readonly Dictionary<string, Func<Tensor, Tensor, Tensor>> Aggregators = new()
    {
        ["row"] = (x, m) => ((x * m).sum(1) / m.sum(1)).mean(),
        ["token"] = (x, m) => (x * m).sum() / m.sum(),
    };

    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private readonly LossFunction loss;
    private readonly Action<Tensor> onLoss;

    public Pluggable(nn.Module<Tensor, Tensor> policy, Action<Tensor>? onLoss = null)
    {
        this.policy = policy;
        this.onLoss = onLoss ?? (_ => { });
        optimizer = optim.Adam(policy.parameters());
        loss = (logp, old, adv, mask) =>
        {
            var ratio = (logp - old).exp();
            var gain = min(ratio * adv, clamp(ratio, 0.8, 1.2) * adv);
            return -{|GRPO001:((gain * mask).sum(dim: 1) / mask.sum(dim: 1))|}.mean();
        };
    }

    public void Update(Tensor ids, Tensor old, Tensor adv, Tensor mask)
    {
        var value = loss(policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1), old, adv, mask);
        onLoss(value);
        optimizer.zero_grad();
        value.backward();
        optimizer.step();
    }
}
