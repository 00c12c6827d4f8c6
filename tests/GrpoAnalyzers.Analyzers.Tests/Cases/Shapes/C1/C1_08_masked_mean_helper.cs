// case: C1.08
// expect: GRPO001
// shape: static MaskedMean(x, mask, dim); the call's token axis makes the defect
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Tiny;

public class GrpoLossModule
{
    private readonly double clipEps;
    private readonly double klWeight;

    public GrpoLossModule(double clipEps, double klWeight)
    {
        this.clipEps = clipEps;
        this.klWeight = klWeight;
    }

    private static Tensor MaskedMean(Tensor x, Tensor mask, long dim) => (x * mask).sum(dim) / mask.sum(dim);

    private static Tensor ApproxKl(Tensor lp, Tensor lpRef)
    {
        var d = lpRef - lp;
        return d.exp() - d - 1;
    }

    private Tensor Loss(Tensor lp, Tensor old, Tensor lpRef, Tensor adv, Tensor mask)
    {
        var ratio = (lp - old).exp();
        var surr1 = ratio * adv;
        var surr2 = ratio.clamp(1 - clipEps, 1 + clipEps) * adv;
        var loss = -torch.min(surr1, surr2) + klWeight * ApproxKl(lp, lpRef);
        return {|GRPO001:MaskedMean(loss, mask, -1)|}.mean();
    }

    public float TrainStep(Module<Tensor, Tensor> model, optim.Optimizer optimizer, Tensor tokens, Tensor mask, Tensor old, Tensor lpRef, Tensor returns)
    {
        var adv = (returns - returns.mean()).unsqueeze(1);
        var lp = model.call(tokens).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
        var loss = Loss(lp, old, lpRef, adv, mask);
        if (!loss.isfinite().item<bool>())
            return float.NaN;
        optimizer.zero_grad();
        loss.backward();
        nn.utils.clip_grad_norm_(model.parameters(), 1.0);
        optimizer.step();
        return loss.ToSingle();
    }
}
