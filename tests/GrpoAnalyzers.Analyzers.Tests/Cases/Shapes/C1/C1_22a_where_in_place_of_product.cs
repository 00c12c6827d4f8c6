// case: C1.22
// expect: GRPO001
// shape: boolean mask, where(mask, pt, 0) in place of pt * mask
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace BoolMask;

public class BoolMaskTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public BoolMaskTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6, weight_decay: 0.1);
    }

    public float Update(Tensor tokens, long pad, Tensor old, Tensor rewards)
    {
        using var scope = NewDisposeScope();
        var keep = tokens != pad;
        var adv = (rewards - rewards.mean()).unsqueeze(1);
        var lp = policy.call(tokens).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.where(keep, lp - old, torch.zeros_like(lp)).exp();
        var pt = torch.min(ratio * adv, torch.clamp(ratio, 0.8, 1.2) * adv);
        var sums = torch.where(keep, pt, torch.zeros_like(pt)).sum(1);
        var objective = ({|GRPO001:sums / keep.sum(1)|}).mean();
        optimizer.zero_grad();
        (-objective).backward();
        optimizer.step();
        return objective.ToSingle();
    }
}
