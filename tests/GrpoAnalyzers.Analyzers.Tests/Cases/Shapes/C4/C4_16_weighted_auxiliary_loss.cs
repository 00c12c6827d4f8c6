// case: C4.16
// expect: none
// shape: an auxiliary loss (e * w).sum(1) / w.sum(1) beside the policy term
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Auxiliary;

public class AuxTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly Module<Tensor, Tensor> forecaster;
    private readonly optim.Optimizer optimizer;

    public AuxTrainer(Module<Tensor, Tensor> policy, Module<Tensor, Tensor> forecaster)
    {
        this.policy = policy;
        this.forecaster = forecaster;
        optimizer = optim.AdamW([.. policy.parameters(), .. forecaster.parameters()], 1e-4);
    }

    public void Update(Tensor bars, Tensor action, Tensor old, Tensor adv, Tensor target, Tensor w)
    {
        var lp = policy.call(bars).log_softmax(-1).gather(-1, action.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(lp - old);
        var policyLoss = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
        var e = functional.smooth_l1_loss(forecaster.call(bars), target, Reduction.None);
        var tpSlLoss = ((e * w).sum(1) / w.sum(1)).mean() + (e * w).sum() / w.sum();
        var loss = policyLoss + 0.1 * tpSlLoss;
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
