// case: C3.16
// expect: GRPO003
// shape: the guard's threshold is float.MaxValue
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Infinite;

public class InfiniteTrainer
{
    private const float TargetKl = float.MaxValue;
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public InfiniteTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv, int epochs)
    {
        for (int i = 0; i < epochs; i++)
        {
            var all = policy.call(ids).log_softmax(-1);
            var lp = all.gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = torch.exp(lp - old);
            var kl = ((old - lp) * mask).sum().ToSingle() / mask.sum().ToSingle();
            if (kl > TargetKl)
                break;
            var entropy = -(all.exp() * all).sum(-1);
            var gain = torch.min(ratio * adv.unsqueeze(1), ratio.clamp(0.8, 1.2) * adv.unsqueeze(1)) + 0.01 * entropy;
            var loss = -(gain * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
