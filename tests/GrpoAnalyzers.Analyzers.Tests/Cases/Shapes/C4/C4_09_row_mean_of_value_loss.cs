// case: C4.09
// expect: none
// shape: the value loss, the entropy and the accuracy are row means; the policy term is a token mean
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace ValueRows;

public class ValueRowTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly Module<Tensor, Tensor> value;
    private readonly optim.Optimizer optimizer;

    public ValueRowTrainer(Module<Tensor, Tensor> policy, Module<Tensor, Tensor> value)
    {
        this.policy = policy;
        this.value = value;
        optimizer = optim.AdamW([.. policy.parameters(), .. value.parameters()], 1e-6);
    }

    private static Tensor RowMean(Tensor x, Tensor m) => ((x * m).sum(1) / m.sum(1)).mean();

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv, Tensor returns)
    {
        var logp = policy.call(ids).log_softmax(-1);
        var lp = logp.gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(lp - old);
        var pg = -(torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv) * mask).sum() / mask.sum();
        var vf = RowMean((value.call(ids).squeeze(-1) - returns).square(), mask);
        var entropy = RowMean(-(logp.exp() * logp).sum(-1), mask);
        var loss = pg + 0.5 * vf - 0.01 * entropy;
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
