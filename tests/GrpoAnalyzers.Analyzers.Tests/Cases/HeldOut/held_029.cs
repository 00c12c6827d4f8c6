// case: held.029
// expect: none
// shape: attention-weighted average of values by the weight sum in a regression model, multi-epoch
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class AttentionRegressor
{
    private readonly nn.Module<Tensor, Tensor> encode;
    private readonly nn.Module<Tensor, Tensor> weigh;
    private readonly optim.Optimizer optimizer;

    public AttentionRegressor(nn.Module<Tensor, Tensor> encode, nn.Module<Tensor, Tensor> weigh)
    {
        this.encode = encode;
        this.weigh = weigh;
        optimizer = optim.Adam(encode.parameters().Concat(weigh.parameters()), lr: 1e-3);
    }

    public void Fit(Tensor x, Tensor mask, Tensor y, int epochs)
    {
        for (var e = 0; e < epochs; e++)
        {
            var v = encode.call(x).squeeze(-1);
            var w = weigh.call(x).squeeze(-1).exp() * mask;
            var prediction = (w * v).sum(1) / w.sum(1);
            var error = nn.functional.smooth_l1_loss(prediction, y, reduction: nn.Reduction.None);
            var loss = minimum(error, error.clamp(max: 5)).mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
