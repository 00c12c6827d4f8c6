// case: C3.03
// expect: GRPO003
// shape: while (k++ < K), DAPO bounds
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace WhileLoop;

public class WhileTrainer
{
    private const int K = 3;
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public WhileTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        var k = 0;
        while (k++ < K)
        {
            var lp = -functional.cross_entropy(policy.call(ids).permute(0, 2, 1), ids, reduction: Reduction.None);
            var ratio = (lp - old).exp();
            var a = adv.unsqueeze(-1);
            var pt = torch.max(-ratio * a, -ratio.clamp(1 - 0.2, 1 + 0.28) * a);
            var loss = (pt * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
