// case: own.087
// expect: none
// shape: tabular regression: features and targets standardised, weights by inverse class deviation
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class TabularRegression
{
    private readonly nn.Module<Tensor, Tensor> net;
    private readonly optim.Optimizer optimizer;

    public TabularRegression(nn.Module<Tensor, Tensor> net)
    {
        this.net = net;
        optimizer = optim.AdamW(net.parameters(), lr: 1e-3);
    }

    public void Fit(Tensor x, Tensor y, Tensor classDeviation, int epochs)
    {
        var xs = (x - x.mean(new long[] { 0 }, keepdim: true)) / (x.std(0, keepdim: true) + 1e-8);
        var ys = (y - y.mean()) / y.std();
        for (var e = 0; e < epochs; e++)
        {
            var error = (net.call(xs).squeeze(1) - ys).pow(2);
            var loss = (error / (classDeviation + 1e-3)).mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
