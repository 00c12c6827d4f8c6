// case: C3.16
// expect: GRPO003
// shape: a const threshold of 0 that the condition itself takes for off
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace ZeroOff;

public class ZeroOffTrainer
{
    private const float KlLimit = 0f;
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public ZeroOffTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        for (int i = 0; i < 4; i++)
        {
            var lp = -functional.cross_entropy(policy.call(ids).transpose(1, 2), ids, reduction: Reduction.None);
            var d = lp - old;
            var ratio = d.exp();
            var a = adv.view(-1, 1);
            var loss = (torch.max(-ratio * a, -ratio.clamp(0.8, 1.2) * a) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
            var kl = (ratio - 1 - d).mean().item<float>();
            if (KlLimit > 0f && kl > KlLimit)
                break;
        }
    }
}
