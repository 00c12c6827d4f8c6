using TorchSharp;
using static TorchSharp.torch;

namespace Rlhf;

public sealed class PolicyLoss : nn.Module<Tensor, Tensor, Tensor, Tensor, Tensor>
{
    private readonly double low;
    private readonly double high;

    public PolicyLoss(double low, double high)
        : base(nameof(PolicyLoss))
    {
        this.low = low;
        this.high = high;
    }

    public override Tensor forward(Tensor logProbs, Tensor oldLogProbs, Tensor advantages, Tensor actionMask)
    {
        var ratio = (logProbs - oldLogProbs).clamp(-20, 20).exp();
        var surr1 = ratio * advantages;
        var surr2 = ratio.clamp(1 - low, 1 + high) * advantages;
        var loss = -torch.min(surr1, surr2);
        return MaskedMean(loss, actionMask, -1).mean();
    }

    private static Tensor MaskedMean(Tensor x, Tensor mask, long dim) => (x * mask).sum(dim) / mask.sum(dim);
}
