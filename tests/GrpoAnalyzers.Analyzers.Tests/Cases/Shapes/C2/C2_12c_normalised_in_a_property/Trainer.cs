// case: C2.12
// expect: GRPO002
// shape: a batch class in another file standardises in a computed property and returns a tuple with the count
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ComputedProperty;

public sealed class Trainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public Trainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), lr: 1e-6);
    }

    public void Update(GroupBatch batch)
    {
        var (adv, tokens) = {|GRPO002:batch.Weights|};
        var lp = -functional.cross_entropy(policy.call(batch.Ids).transpose(1, 2), batch.Ids, reduction: Reduction.None);
        var ratio = (lp - batch.Old).exp();
        var a = adv.unsqueeze(1);
        var gain = torch.minimum(ratio * a, ratio.clamp(1 - 0.2, 1 + 0.28) * a) * batch.Mask;
        var loss = -(gain.sum() / tokens);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
