// case: C2.13
// expect: GRPO002
// shape: an extension Whiten(this Tensor) in another class: reported on the call
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Whitened;

internal static class TensorStats
{
    internal static Tensor Whiten(this Tensor x)
    {
        var (sd, mu) = x.std_mean();
        return {|GRPO002:(x - mu) / (sd + 1e-6)|};
    }
}

public class WhitenTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public WhitenTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-6);
    }

    // one prompt a call
    public void Update(Tensor answers, Tensor mask, Tensor old, Tensor scores)
    {
        var adv = scores.Whiten();
        var lp = policy.call(answers).log_softmax(-1).gather(-1, answers.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(lp) / torch.exp(old);
        var column = adv.unsqueeze(1);
        var pt = -torch.fmin(ratio * column, ratio.clamp(0.8, 1.2) * column);
        var loss = (pt * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
