using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DerivedLoss;

public sealed record Rollout(Tensor Tokens, Tensor Mask, Tensor OldLogProbs, Tensor Advantages);

public sealed class ClippedTrainer : TrainerBase
{
    private readonly double epsilon;

    public ClippedTrainer(Module<Tensor, Tensor> policy, double epsilon = 0.2)
        : base(policy, 1e-6)
    {
        this.epsilon = epsilon;
    }

    protected override Tensor ComputeLoss(Rollout rollout)
    {
        var all = functional.log_softmax(Policy.call(rollout.Tokens), -1);
        var lp = all.gather(-1, rollout.Tokens.unsqueeze(-1)).squeeze(-1);
        var entropy = -(all.exp() * all).sum(-1);
        var ratio = (lp - rollout.OldLogProbs).exp();
        var a = rollout.Advantages.unsqueeze(1);
        var objective = torch.min(ratio * a, ratio.clamp(1 - epsilon, 1 + epsilon) * a);
        return -((objective + 1e-3 * entropy) * rollout.Mask).sum() / rollout.Mask.sum();
    }
}
