// case: C4.04
// expect: none
// shape: a helper that divides row sums added up by clamped token counts added up
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace ClampedTotal;

public class ClampedTotalTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public ClampedTotalTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-6);
    }

    private static Tensor MaskedMean(Tensor x, Tensor mask) => (x * mask).sum(1).sum() / mask.sum(1).sum().clamp_min(1f);

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(lp - old);
        var a = adv.unsqueeze(1);
        var loss = MaskedMean(torch.max(-ratio * a, -ratio.clamp(0.8, 1.2) * a), mask);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
