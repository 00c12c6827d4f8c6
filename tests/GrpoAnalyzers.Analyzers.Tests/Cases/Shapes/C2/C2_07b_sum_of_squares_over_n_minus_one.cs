// case: C2.07
// expect: GRPO002
// shape: squares summed over the group axis and divided by G - 1
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Bessel;

public class BesselTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public BesselTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int G)
    {
        var r = rewards.view(-1, G);
        var diff = r - r.sum(1, keepdim: true) / G;
        var variance = (diff * diff).sum(1, keepdim: true) / (G - 1);
        var adv = {|GRPO002:diff / torch.sqrt(variance + 1e-8)|};
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(lp - old);
        var a = adv.flatten().unsqueeze(1);
        var pt = -torch.minimum(ratio * a, torch.clamp(ratio, 0.8, 1.28) * a);
        var loss = pt.masked_select(mask > 0).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
