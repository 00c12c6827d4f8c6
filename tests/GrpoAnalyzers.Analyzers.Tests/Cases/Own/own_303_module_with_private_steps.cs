// case: own.303
// expect: GRPO001
// shape: a loss module whose forward only combines what private methods compute; nothing in the compilation calls it
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

public sealed class SequenceMeanLoss : Module<Tensor, Tensor, Tensor, Tensor, Tensor>
{
    private readonly double low;
    private readonly double high;

    public SequenceMeanLoss(double low, double high)
        : base("sequence_mean_loss")
    {
        this.low = low;
        this.high = high;
    }

    public override Tensor forward(Tensor current, Tensor behaviour, Tensor advantages, Tensor mask)
    {
        var objective = Pessimistic(Change(current, behaviour), advantages);
        return -({|GRPO001:(objective * mask).sum(-1) / mask.sum(-1)|}).mean();
    }

    private static Tensor Change(Tensor current, Tensor behaviour) => (current - behaviour.detach()).exp();

    private Tensor Pessimistic(Tensor change, Tensor advantages)
    {
        var bounded = change.clamp(1 - low, 1 + high);
        return torch.minimum(change * advantages.unsqueeze(-1), bounded * advantages.unsqueeze(-1));
    }
}
