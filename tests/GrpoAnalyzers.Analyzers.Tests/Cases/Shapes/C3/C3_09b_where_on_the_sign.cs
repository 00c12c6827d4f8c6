// case: C3.09
// expect: GRPO003
// shape: where(A > 0, min, max) in place of a min of products
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace SignWhere;

public class SignTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private readonly int epochs;

    public SignTrainer(Module<Tensor, Tensor> policy, int epochs)
    {
        this.policy = policy;
        this.epochs = epochs;
        optimizer = optim.NAdam(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
    {
        var A = rewards.unsqueeze(1) - rewards.mean();
        for (int n = 0; n < epochs; n++)
        {
            var logits = policy.call(ids) / 0.7;
            var lp = logits.log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var r = (lp - old).exp();
            var g = torch.where(A > 0, r.clamp(max: 1.2), r.clamp(min: 0.8)) * A;
            var loss = 0 - (g * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
