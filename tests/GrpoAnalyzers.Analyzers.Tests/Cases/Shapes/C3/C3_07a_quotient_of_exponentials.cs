// case: C3.07
// expect: GRPO003
// shape: exp(lp).div(exp(old))
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Quotient;

public class QuotientTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public QuotientTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        var oldProb = old.exp();
        var a = adv.unsqueeze(-1);
        var n = mask.sum();
        for (int i = 0; i < 6; i++)
        {
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = lp.exp().div(oldProb);
            var part = torch.min(a.mul(ratio), a.mul(ratio.clamp(0.8, 1.2)));
            var loss = part.mul(mask).sum().div(n).mul(-1);
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
