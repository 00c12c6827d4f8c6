// case: C2.05
// expect: GRPO002
// shape: multiplied by rsqrt of the group's variance
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Rsqrt;

public class RsqrtTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public RsqrtTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 3e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor refLp, Tensor rewards, long g)
    {
        var r = rewards.view(-1, g);
        var mu = r.mean([1], keepdim: true);
        var variance = r.var(1, unbiased: false, keepdim: true);
        var adv = ({|GRPO002:(r - mu) * (variance + 1e-6).rsqrt()|}).view(-1, 1);
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - old).exp();
        var k2 = 0.5 * (lp - refLp).pow(2);
        var pt = torch.max(-ratio * adv, -ratio.clamp(0.8, 1.2) * adv) + 0.005 * k2;
        var loss = (pt * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
