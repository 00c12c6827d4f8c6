// case: C2.08
// expect: GRPO002
// shape: functional.normalize over the group axis after centring
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Normalized;

public class NormalizeTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public NormalizeTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int g)
    {
        var r = rewards.view(-1, g);
        var adv = {|GRPO002:functional.normalize(r - r.mean([1], keepdim: true), dim: 1)|}.flatten();
        var lp = distributions.Categorical(logits: policy.call(ids)).log_prob(ids);
        var weight = (lp - old).exp().detach().clamp(max: 5);
        var loss = -(weight * lp * adv.unsqueeze(1) * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
