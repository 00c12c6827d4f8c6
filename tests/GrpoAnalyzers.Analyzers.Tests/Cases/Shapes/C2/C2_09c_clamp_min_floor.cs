// case: C2.09
// expect: GRPO002
// shape: std.clamp_min(eps) with a leave-one-out mean
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace ClampFloor;

public class ClampFloorTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public ClampFloorTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int g)
    {
        var r = rewards.view(-1, g);
        var loo = (r.sum(1, keepdim: true) - r) / (g - 1.0);
        var adv = ({|GRPO002:(r - loo) / r.std(1, keepdim: true).clamp_min(1e-3)|}).view(-1);
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - old).clamp(-10, 10).exp();
        var up = adv.unsqueeze(1) * ratio;
        var down = adv.unsqueeze(1) * ratio.clamp(0.8, 1.2);
        var loss = -(torch.min(up, down) * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
