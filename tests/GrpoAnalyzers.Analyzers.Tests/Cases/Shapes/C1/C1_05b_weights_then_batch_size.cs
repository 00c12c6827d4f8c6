// case: C1.05
// expect: GRPO001
// shape: token weights from the data side, the whole sum divided by the number of rows
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Weighted.Flat;

public sealed class FlatUpdate(Module<Tensor, Tensor> policy, optim.Optimizer optimizer)
{
    private static Tensor RowWeights(Tensor mask) => {|GRPO001:mask.div(mask.sum(-1, keepdim: true).clamp(min: 1.0))|};

    public void Step(Tensor tokens, Tensor mask, Tensor advantages)
    {
        var weights = RowWeights(mask);
        var lp = policy.call(tokens).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
        var onPolicy = (lp - lp.detach()).exp();
        var gain = onPolicy * advantages.unsqueeze(-1);
        var loss = -(gain * weights).sum() / tokens.shape[0];
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
