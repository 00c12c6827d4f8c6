// case: own.080
// expect: none
// shape: the only division by a std is the Gaussian's own, in the log-probability
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class GaussianReinforce
{
    private readonly nn.Module<Tensor, Tensor> mean;
    private readonly TorchSharp.Modules.Parameter logStd = nn.Parameter(full(3, -0.5));
    private readonly optim.Optimizer optimizer;

    public GaussianReinforce(nn.Module<Tensor, Tensor> mean)
    {
        this.mean = mean;
        optimizer = optim.AdamW(mean.parameters().Append(logStd), lr: 1e-3);
    }

    public void Learn(Tensor s, Tensor a, Tensor centredReturn)
    {
        var std = logStd.exp();
        var z = (a - mean.call(s)) / std;
        var logp = -(z.pow(2) / 2 + logStd + Math.Log(Math.Sqrt(2 * Math.PI))).sum(1);
        var loss = -(centredReturn * logp).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
