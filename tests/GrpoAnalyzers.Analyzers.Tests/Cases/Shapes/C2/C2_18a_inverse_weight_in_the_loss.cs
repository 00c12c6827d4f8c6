// case: C2.18
// expect: GRPO002
// shape: the scale is a weight of the loss, not of the advantage
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace InverseWeight;

public class InverseWeightTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public InverseWeightTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int g)
    {
        var r = rewards.view(-1, g);
        var adv = (r - r.mean([1], keepdim: true)).view(-1, 1);
        var w = ({|GRPO002:1 / (r.std(1) + 1e-4)|}).repeat_interleave(g).unsqueeze(1);
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(lp - old);
        var term = torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv);
        var loss = -(w * term * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
