// case: C3.15
// expect: GRPO003
// shape: constant penalty of 1e-3 towards a reference, entropy bonus
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace TinyPenalty;

public class TinyPenaltyTrainer
{
    private const double Beta = 1e-3;
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public TinyPenaltyTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor reference, Tensor adv)
    {
        var a = adv.unsqueeze(1);
        for (var j = 0; j < 5; j++)
        {
            var full = policy.call(ids).log_softmax(-1);
            var lp = full.gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var entropy = -(full.exp() * full).sum(-1);
            var ratio = (lp - old).exp();
            var x = reference - lp;
            var pt = -torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a) + Beta * (x.exp() - x - 1) - 1e-3 * entropy;
            var loss = (pt * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
