// case: C1.03
// expect: GRPO001
// shape: every operator as a method call, div in place of the slash, expm1 ratio
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Methodical;

public sealed class Learner
{
    private readonly Module<Tensor, Tensor> actor;
    private readonly optim.Optimizer adam;
    private readonly float eps;

    public Learner(Module<Tensor, Tensor> actor, float eps = 0.2f)
    {
        this.actor = actor;
        this.eps = eps;
        adam = optim.Adam(actor.parameters(), 1e-4);
    }

    public void Learn(Tensor obs, Tensor act, Tensor mask, Tensor oldLogProb, Tensor reward)
    {
        var baseline = reward.mean();
        var adv = reward.sub(baseline).unsqueeze(1);
        var logProb = functional.log_softmax(actor.call(obs), -1).gather(2, act.unsqueeze(-1)).squeeze(-1);
        var ratio = logProb.sub(oldLogProb).expm1().add(1);
        var unclipped = ratio.mul(adv);
        var clipped = ratio.clamp(1f - eps, 1f + eps).mul(adv);
        var pt = unclipped.minimum(clipped).neg();
        var loss = {|GRPO001:pt.mul(mask).sum(1).div(mask.sum(1))|}.mean();
        adam.zero_grad();
        loss.backward();
        adam.step();
    }
}
