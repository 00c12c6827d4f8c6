// case: own.180
// expect: GRPO001, GRPO002, GRPO003
// shape: KL limit is a constant infinity, so the break never runs; gathers statistics with var_mean
using System;
using TorchSharp;
using static TorchSharp.torch;

public class NeverStops
{
    private const float KlLimit = float.PositiveInfinity;
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public NeverStops(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.Adam(model.parameters(), lr: 2e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor scores, int perPrompt)
    {
        var s = scores.view(-1, perPrompt);
        var (variance, mean) = s.var_mean(1L, false, true);
        var adv = ({|GRPO002:(s - mean) / (variance.sqrt() + 1e-5)|}).view(-1, 1);
        for (var e = 0; e < 4; e++)
        {
            var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = (lp - old).exp();
            var kl = ((old - lp) * mask).sum() / mask.sum();
            if (kl.item<float>() > KlLimit)
                break;
            var pt = -minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv) * mask;
            var loss = ({|GRPO001:pt.sum(1) * mask.sum(1).pow(-1)|}).mean();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
