// case: C3.07
// expect: GRPO003
// shape: the log-ratio is clamped to +-20 against overflow, which is no guard
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Overflow;

public class OverflowTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public OverflowTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6, weight_decay: 0.1);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv, int muIterations)
    {
        for (var mu = 0; mu < muIterations; mu++)
        {
            var nll = functional.cross_entropy(policy.call(ids).flatten(0, 1), ids.flatten(), reduction: Reduction.None).view_as(ids);
            var negApproxKl = torch.clamp(-nll - old, -20.0, 20.0);
            var ratio = torch.exp(negApproxKl);
            var a = adv.unsqueeze(1);
            var losses1 = -a * ratio;
            var losses2 = -a * torch.clamp(ratio, 0.8, 1.28);
            var clip1 = torch.maximum(losses1, losses2);
            var losses3 = -a * 3.0;
            var clip2 = torch.min(losses3, clip1);
            var losses = torch.where(a < 0, clip2, clip1);
            var loss = (losses * mask).sum() / (mask.sum() + 1e-8);
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
