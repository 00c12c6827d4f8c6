// case: C2.25
// expect: GRPO002
// shape: the optimiser is a subclass of AdamW written in the project
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Subclass;

public sealed class WarmAdamW : AdamW
{
    public WarmAdamW(System.Collections.Generic.IEnumerable<Parameter> parameters, double lr)
        : base(parameters, lr, 0.9, 0.95)
    {
    }
}

public class SubclassTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public SubclassTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = new WarmAdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
    {
        var dev = rewards - rewards.mean();
        var sigma = (dev.square().sum() / (rewards.numel() - 1)).sqrt();
        var adv = {|GRPO002:dev / (sigma + 1e-8)|};
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(lp - old);
        var a = adv[.., TensorIndex.None];
        var pt = torch.max(a.neg() * ratio, a.neg() * torch.clamp(ratio, 0.8, 1.2));
        var loss = torch.einsum("bt,bt->", pt, mask) / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
