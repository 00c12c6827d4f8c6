// case: C4.35
// expect: none
// shape: a self-check standardises advantages under no_grad and asserts their std
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace SelfCheck;

public class SelfCheckTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public SelfCheckTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    private static void Check(Tensor adv)
    {
        using var _ = no_grad();
        var z = (adv - adv.mean()) / (adv.std() + 1e-8);
        if (System.Math.Abs(z.std().ToSingle() - 1) > 1e-2)
            throw new System.InvalidOperationException("degenerate rewards");
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
    {
        var adv = rewards - rewards.mean();
        Check(adv);
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(lp - old);
        var a = adv.unsqueeze(1);
        var loss = -(torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a) * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
