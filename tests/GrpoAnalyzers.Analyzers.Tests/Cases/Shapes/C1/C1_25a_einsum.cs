// case: C1.25
// expect: GRPO001, GRPO002
// shape: the row sum is an einsum of surrogate and mask; advantages scaled by the group std
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Einstein;

public class EinsumTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public EinsumTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 5e-7);
    }

    public void Update(Tensor tokens, Tensor m, Tensor old, Tensor rewards, long g)
    {
        var groups = rewards.unflatten(0, -1, g);
        var adv = ({|GRPO002:(groups - groups.mean([1], keepdim: true)) / (groups.std(1, keepdim: true) + 1e-4)|}).flatten().unsqueeze(1);
        var lp = policy.call(tokens).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(lp - old);
        var pt = torch.minimum(adv * ratio, adv * torch.clamp(ratio, 0.9, 1.1));
        var len = m.sum(1);
        var seq = {|GRPO001:torch.einsum("bt,bt->b", pt, m) / len|};
        var loss = 1 - seq.mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
