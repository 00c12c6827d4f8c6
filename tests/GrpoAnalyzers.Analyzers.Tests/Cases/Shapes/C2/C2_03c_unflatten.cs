// case: C2.03
// expect: GRPO002
// shape: unflatten to [P,G], expand_as, flatten back
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Unflat;

public class UnflattenTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public UnflattenTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.NAdam(policy.parameters(), 1e-5);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, long G)
    {
        var table = rewards.unflatten(0, -1, G);
        var spread = table.std(1, unbiased: true, keepdim: true).expand_as(table);
        var centre = table.mean([1], keepdim: true).expand_as(table);
        var z = {|GRPO002:(table - centre).div(spread.add(1e-4))|}.flatten();
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = lp.sub(old).exp();
        var c = z.view(-1, 1);
        var pt = ratio.mul(c).minimum(ratio.clamp(0.8, 1.2).mul(c));
        pt = torch.where(c < 0, pt.maximum(c.mul(3)), pt);
        var loss = pt.mul(mask).sum().div(mask.sum()).neg();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
