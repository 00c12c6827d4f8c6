// case: C1.26
// expect: GRPO001
// shape: a GRPOLoss module whose forward takes five tensors and returns the scalar; no caller, so a root of its own
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace LossModule;

public sealed class GrpoLoss : Module<Tensor, Tensor, Tensor, Tensor, Tensor>
{
    private readonly double epsilon;

    public GrpoLoss(double epsilon = 0.2) : base("grpo_loss")
    {
        this.epsilon = epsilon;
        RegisterComponents();
    }

    public override Tensor forward(Tensor logProbs, Tensor oldLogProbs, Tensor advantages, Tensor mask)
    {
        var ratio = (logProbs - oldLogProbs).exp();
        var adv = advantages.unsqueeze(1);
        var clipped = ratio.clamp(1 - epsilon, 1 + epsilon);
        var perToken = -torch.min(ratio * adv, clipped * adv);
        return ({|GRPO001:(perToken * mask).sum(1) / mask.sum(1).clamp_min(1e-6)|}).mean();
    }
}
