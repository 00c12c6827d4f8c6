// case: C1.21
// expect: none
// shape: a constant chooses the token mean, the sequence arm never runs
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace FixedMode;

public sealed class FixedModeTrainer
{
    private const bool PerSequence = false;
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public FixedModeTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-5);
    }

    public void Update(Tensor tokens, Tensor mask, Tensor old, Tensor rewards)
    {
        var adv = (rewards - rewards.mean()).view(-1, 1);
        var lp = policy.call(tokens).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(lp - old);
        var pt = -torch.min(adv * ratio, adv * ratio.clamp(0.8, 1.2)) * mask;
        var loss = PerSequence ? (pt.sum(1) / mask.sum(1)).mean() : pt.sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
