// case: C4.54
// expect: none
// shape: a check calls loss and backward many times without a step
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace LossCheck;

public static class LossCheck
{
    public static Tensor Loss(Tensor lp, Tensor old, Tensor adv, Tensor mask)
    {
        var r = (lp - old).exp();
        var a = adv.unsqueeze(1);
        return -(torch.min(r * a, r.clamp(0.8, 1.2) * a) * mask).sum() / mask.sum();
    }

    public static void GradientIsRepeatable(Module<Tensor, Tensor> model, Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        var optimizer = optim.AdamW(model.parameters(), 1e-6);
        double? first = null;
        for (int i = 0; i < 10; i++)
        {
            optimizer.zero_grad();
            var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var loss = Loss(lp, old, adv, mask);
            loss.backward();
            first ??= loss.ToDouble();
            if (System.Math.Abs(first.Value - loss.ToDouble()) > 1e-6)
                throw new System.InvalidOperationException("loss differs");
        }
    }
}
