// case: C2.05
// expect: GRPO001, GRPO002
// shape: square root of the variance over the group, sequence mean
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace VarSqrt;

public class VarianceTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public VarianceTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6, beta2: 0.95);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int groupSize)
    {
        var r = rewards.view(-1, groupSize);
        var sigma = r.var(1, keepdim: true).sqrt() + 1e-4;
        var adv = {|GRPO002:(r - r.mean([1], keepdim: true)) / sigma|};
        var flat = adv.flatten().unsqueeze(-1);
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - old).exp();
        var clipped = torch.where(flat > 0, ratio.clamp(max: 1.2), ratio.clamp(min: 0.8));
        var rows = {|GRPO001:(clipped * flat * mask).sum(1) / mask.sum(1)|};
        var loss = -rows.mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
