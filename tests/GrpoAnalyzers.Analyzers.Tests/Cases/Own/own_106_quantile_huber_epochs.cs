// case: own.106
// expect: none
// shape: distributional value learning: clamp, where and minimum in a supervised loop
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class QuantileLearner
{
    private readonly nn.Module<Tensor, Tensor> net;
    private readonly optim.Optimizer optimizer;

    public QuantileLearner(nn.Module<Tensor, Tensor> net)
    {
        this.net = net;
        optimizer = optim.AdamW(net.parameters(), lr: 5e-5);
    }

    public void Fit(Tensor x, Tensor targets, Tensor taus, int epochs)
    {
        for (var e = 0; e < epochs; e++)
        {
            var u = targets.unsqueeze(1) - net.call(x).unsqueeze(2);
            var abs = u.abs();
            var quadratic = minimum(abs, full_like(abs, 1.0));
            var huber = 0.5 * quadratic.pow(2) + (abs - quadratic);
            var weight = (taus - u.detach().lt(0).to_type(ScalarType.Float32)).abs();
            var loss = (weight * huber).clamp(max: 50).mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
