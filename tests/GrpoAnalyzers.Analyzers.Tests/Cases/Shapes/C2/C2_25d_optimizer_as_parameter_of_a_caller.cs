// case: C2.25
// expect: GRPO002
// shape: the update takes the optimiser as a parameter and its only caller makes an Adam
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace PassedOn;

public sealed class PassedTrainer
{
    private readonly Module<Tensor, Tensor> policy;

    public PassedTrainer(Module<Tensor, Tensor> policy) => this.policy = policy;

    public void Fit(Tensor ids, Tensor mask, Tensor old, Tensor anchor, Tensor rewards)
    {
        var adam = optim.Adam(policy.parameters(), lr: 2e-6);
        Step(adam, ids, mask, old, anchor, rewards);
    }

    private void Step(optim.Optimizer opt, Tensor ids, Tensor mask, Tensor old, Tensor anchor, Tensor rewards)
    {
        var r = rewards.view(-1, 8);
        var centred = r - r.mean([1], keepdim: true);
        var adv = {|GRPO002:centred / (1e-4 + r.std(1, keepdim: true))|};
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(lp - old);
        var a = adv.reshape(-1).unsqueeze(-1);
        var gain = torch.minimum(a * ratio.clamp(0.8, 1.2), a * ratio);
        var away = anchor - lp;
        var penalty = away.expm1() - away;
        var loss = (penalty.mul(0.02) - gain).mul(mask).sum() / mask.sum();
        opt.zero_grad();
        loss.backward();
        opt.step();
    }
}
