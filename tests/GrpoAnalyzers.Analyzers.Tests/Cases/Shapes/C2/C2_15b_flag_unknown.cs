// case: C2.15
// expect: GRPO002
// shape: ternary on a constructor parameter without default
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace UnknownFlag;

public class TernaryTrainer(Module<Tensor, Tensor> policy, bool normalise)
{
    private readonly optim.Optimizer optimizer = optim.AdamW(policy.parameters(), 1e-6);

    public void Update(Tensor ids, Tensor mask, Tensor rewards, long n)
    {
        var r = rewards.view(-1, n);
        var centred = r - r.mean([1], keepdim: true);
        var adv = normalise ? {|GRPO002:centred / (r.std(1, unbiased: false, keepdim: true) + 1e-6)|} : centred;
        var lp = distributions.Categorical(logits: policy.call(ids)).log_prob(ids);
        var loss = -(lp * adv.flatten().unsqueeze(1) * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
