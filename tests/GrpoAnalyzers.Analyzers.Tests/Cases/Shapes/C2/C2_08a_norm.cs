// case: C2.08
// expect: GRPO002
// shape: centred advantages divided by their L2 norm over the group
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace L2;

public class NormTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public NormTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-5);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int g)
    {
        var r = rewards.view(-1, g);
        var c = r - r.mean([1], keepdim: true);
        var adv = {|GRPO002:c / (c.norm(1, keepdim: true) + 1e-6)|};
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - old).exp();
        var a = adv.view(-1, 1);
        var pt = torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a);
        var loss = -(pt * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
