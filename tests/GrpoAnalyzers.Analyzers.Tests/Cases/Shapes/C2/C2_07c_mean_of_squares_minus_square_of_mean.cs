// case: C2.07
// expect: GRPO002
// shape: E[r^2] - E[r]^2 as the variance
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Moments;

public class MomentTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public MomentTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.NAdam(policy.parameters(), 1e-5);
    }

    public void Update(Tensor ids, Tensor mask, Tensor rewards, long g)
    {
        var r = rewards.reshape(-1, g);
        var mu = r.mean([1], keepdim: true);
        var second = (r * r).mean([1], keepdim: true);
        var sigma = (second - mu * mu).clamp_min(0).sqrt();
        var z = {|GRPO002:(r - mu) / (sigma + 1e-4)|};
        var nll = functional.cross_entropy(policy.call(ids).flatten(0, 1), ids.flatten(), reduction: Reduction.None).view_as(mask);
        var loss = (nll * z.view(-1, 1) * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
