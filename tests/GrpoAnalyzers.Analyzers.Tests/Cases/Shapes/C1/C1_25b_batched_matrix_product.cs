// case: C1.25
// expect: GRPO001
// shape: bmm of [B,1,T] by [B,T,1] gives the row sum
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Bmm;

public class BmmTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public BmmTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-5, beta1: 0.8);
    }

    public void Update(Tensor tokens, Tensor m, Tensor frozen, Tensor advantage)
    {
        var lp = policy.call(tokens).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - frozen).exp();
        var clipped = ratio.clamp_min(0.8).clamp_max(1.2);
        var a = advantage.unsqueeze(-1);
        var pt = torch.min(ratio * a, clipped * a);
        var sums = pt.unsqueeze(1).bmm(m.unsqueeze(2)).squeeze();
        var seq = {|GRPO001:sums / m.sum(1)|};
        var loss = -seq.mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
