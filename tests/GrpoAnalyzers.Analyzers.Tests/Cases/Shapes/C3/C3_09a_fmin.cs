// case: C3.09
// expect: GRPO003
// shape: fmin, sign by mul(-1)
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Fmin;

public class FminTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public FminTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv, Tensor refLp)
    {
        foreach (var seed in new[] { 1, 2, 3 })
        {
            torch.manual_seed(seed);
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = torch.exp(lp - old);
            var a = adv.unsqueeze(1);
            var k2 = (lp - refLp).square().mul(0.5);
            var pt = torch.fmin(ratio * a, ratio.clamp(0.8, 1.2) * a).sub(k2.mul(0.02));
            var loss = pt.mul(mask).sum().div(mask.sum()).mul(-1);
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
