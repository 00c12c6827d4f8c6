// case: C4.05
// expect: none
// shape: divided by B times T of the padded tensor, the same number for every row
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace PaddedWidth;

public class WidthTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public WidthTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        long B = ids.shape[0], maxLen = ids.shape[1];
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(lp - old);
        var a = adv.unsqueeze(1);
        var pt = -torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a);
        var loss = (pt * mask).sum() / (B * maxLen);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
