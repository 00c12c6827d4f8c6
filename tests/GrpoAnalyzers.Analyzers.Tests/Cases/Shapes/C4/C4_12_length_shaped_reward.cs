// case: C4.12
// expect: none
// shape: the reward is the mean of token rewards and carries a penalty for length; the loss is a token mean
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Shaping;

public class ShapedTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public ShapedTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor tokenRewards)
    {
        var len = mask.sum(1);
        var quality = (tokenRewards * mask).sum(1) / len;
        var reward = quality - 0.001 * len;
        var adv = (reward - reward.mean()).unsqueeze(1);
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(lp - old);
        var pt = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv);
        var loss = (pt * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
