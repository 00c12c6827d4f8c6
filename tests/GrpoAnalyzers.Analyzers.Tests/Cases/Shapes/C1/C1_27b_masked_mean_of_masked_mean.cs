// case: C1.27
// expect: GRPO001
// shape: one helper called twice, the inner call with the token axis is the defect
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace TwiceMasked;

public class TwiceTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public TwiceTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-6);
    }

    private static Tensor Mean(Tensor values, Tensor mask, long[]? axes)
    {
        if (axes == null)
            return (values * mask).sum() / (mask.sum() + 1e-8);
        return (values * mask).sum(axes) / (mask.sum(axes) + 1e-8);
    }

    public void Update(Tensor tokens, Tensor mask, Tensor sampleMask, Tensor rewards)
    {
        var adv = rewards - (rewards.sum() - rewards) / (rewards.shape[0] - 1);
        var lp = policy.call(tokens).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(lp - lp.detach());
        var pt = -(ratio * adv.unsqueeze(-1));
        var loss = Mean({|GRPO001:Mean(pt, mask, [-1])|}, sampleMask, null);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
