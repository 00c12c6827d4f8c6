// case: C3.07
// expect: GRPO003
// shape: expm1 of the log-ratio
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Expm1;

public class Expm1Trainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public Expm1Trainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adamax(policy.parameters(), 1e-4);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
    {
        var a = (rewards - rewards.mean()).view(-1, 1);
        for (int i = 0; i < 4; i++)
        {
            optimizer.zero_grad();
            var dist = distributions.Categorical(logits: policy.call(ids));
            var u = (dist.log_prob(ids) - old).expm1();
            var v = u.clip(-0.1, 0.1);
            var worst = torch.max(u.neg() * a, v.neg() * a);
            var loss = (worst * mask).sum() / mask.sum();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
