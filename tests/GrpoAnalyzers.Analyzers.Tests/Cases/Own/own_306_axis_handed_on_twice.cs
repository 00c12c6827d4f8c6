// case: own.306
// expect: GRPO001
// shape: a helper hands the axis on to another that averages over it; the call that names the axis decides
using TorchSharp;
using static TorchSharp.torch;

public class HandedOnAxis
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer sgd;

    public HandedOnAxis(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        sgd = optim.SGD(model.parameters(), 1e-3);
    }

    public double Once(Tensor ids, Tensor mask, Tensor gains)
    {
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var each = (lp - lp.detach()).exp().mul(gains.unsqueeze(-1)).neg();
        var loss = {|GRPO001:Average(each, mask, 1)|}.mean();
        sgd.zero_grad();
        loss.backward();
        sgd.step();
        var entropy = Average(-lp, mask, null);
        return entropy.item<float>();
    }

    private static Tensor Average(Tensor values, Tensor mask, long? axis) => axis is null ? (values * mask).sum() / mask.sum() : Along(values, mask, axis.Value);

    private static Tensor Along(Tensor values, Tensor mask, long axis)
    {
        return (values * mask).sum(axis) / mask.sum(axis);
    }
}
