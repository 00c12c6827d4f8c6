// case: C3.07
// expect: GRPO003
// shape: ratio minus one, clamped to +-eps around zero
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Relative;

public class RelativeTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private readonly float eps = 0.2f;

    public RelativeTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-5, 0.9, 0.97);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv, int rounds)
    {
        for (int i = 0; i < rounds; i++)
        {
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var change = torch.exp(lp - old) - 1;
            var bounded = change.clamp(-eps, eps);
            var a = adv.unsqueeze(-1);
            var gain = torch.min(change * a, bounded * a);
            var loss = -(gain * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
