// case: C2.16
// expect: GRPO002, GRPO003
// shape: group rewards divided by their std first, then centred; several passes
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace ScaledFirst;

public class ScaleFirstTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public ScaleFirstTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int g, int mu)
    {
        var r = rewards.view(-1, g);
        var scaled = {|GRPO002:r / (r.std(1, keepdim: true) + 1e-4)|};
        var adv = (scaled - scaled.mean([1], keepdim: true)).view(-1, 1);
        while (mu-- > 0)
        {
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = torch.exp(lp - old);
            var gain = torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv) - 0.01 * (lp - old);
            var loss = -(gain * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
