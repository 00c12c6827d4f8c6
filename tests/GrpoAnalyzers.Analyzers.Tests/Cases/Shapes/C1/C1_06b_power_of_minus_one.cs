// case: C1.06
// expect: GRPO001
// shape: pow(-1) as the reciprocal, dual clip for negative advantages
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Dual;

public sealed class DualClipLearner
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly NAdam optimizer;
    private const float Eps = 0.2f, Dual = 3f;

    public DualClipLearner(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.NAdam(policy.parameters());
    }

    public void Update(Tensor tokens, Tensor mask, Tensor old, Tensor rewards)
    {
        var adv = (rewards - rewards.mean()).unsqueeze(1);
        var logp = policy.call(tokens).log_softmax(-1).gather(2, tokens.unsqueeze(2)).squeeze(2);
        var ratio = (logp - old).clamp(-20, 20).exp();
        var low = torch.min(ratio * adv, ratio.clamp(1 - Eps, 1 + Eps) * adv);
        var floor = torch.max(low, Dual * adv);
        var chosen = torch.where(adv < 0, floor, low);
        var scale = mask.sum(1).pow(-1);
        var loss = -({|GRPO001:chosen.mul(mask).sum(1).mul(scale)|}).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
