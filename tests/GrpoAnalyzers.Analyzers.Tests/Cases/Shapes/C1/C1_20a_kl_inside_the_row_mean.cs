// case: C1.20
// expect: GRPO001
// shape: surrogate and k1 penalty are averaged together over the own length
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace KlInside;

public class KlInsideTrainer
{
    private readonly Module<Tensor, Tensor> actor;
    private readonly optim.Optimizer optimizer;
    public double Beta { get; init; } = 0.02;

    public KlInsideTrainer(Module<Tensor, Tensor> actor)
    {
        this.actor = actor;
        optimizer = optim.AdamW(actor.parameters(), lr: 1e-6);
    }

    public void Update(Tensor tokens, Tensor m, Tensor old, Tensor refLp, Tensor advantage)
    {
        var lp = functional.log_softmax(actor.call(tokens), 2).gather(2, tokens[.., .., TensorIndex.None]).squeeze(2);
        var ratio = torch.exp(lp - old);
        var a = advantage[.., TensorIndex.None];
        var pt = -torch.min(torch.mul(ratio, a), torch.mul(ratio.clamp(0.8, 1.2), a));
        var kl = lp - refLp;
        var rows = {|GRPO001:((pt + Beta * kl) * m).sum(1) / m.sum(1)|};
        var loss = rows.mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
