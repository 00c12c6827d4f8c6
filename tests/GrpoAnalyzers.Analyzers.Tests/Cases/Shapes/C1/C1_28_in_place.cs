// case: C1.28
// expect: GRPO001
// shape: the row sums are divided in place
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace InPlace;

public class InPlaceTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public InPlaceTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.SGD(policy.parameters(), 0.05, momentum: 0.9, nesterov: true);
    }

    public void Update(Tensor tokens, Tensor mask, Tensor old, Tensor advantage)
    {
        var lp = policy.call(tokens).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
        var ratio = lp.subtract(old).exp();
        var a = advantage.unsqueeze(-1);
        var pt = torch.min(ratio.mul(a), ratio.clamp(0.8, 1.2).mul(a)).neg();
        var len = mask.sum(1);
        var s = (pt * mask).sum(1);
        {|GRPO001:s.div_(len)|};
        var loss = s.mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
