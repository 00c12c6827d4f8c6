// case: own.193
// expect: none
// shape: regression with z-scored features and targets, mean of row means, epochs, Adam
using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class DemandForecaster
{
    private readonly nn.Module<Tensor, Tensor> net = nn.Sequential(nn.Linear(12, 64), nn.ReLU(), nn.Linear(64, 24));
    private readonly optim.Optimizer adam;

    public DemandForecaster() => adam = optim.Adam(net.parameters(), lr: 1e-3);

    private static float[] Scale(float[] x)
    {
        var mean = x.Average();
        var std = MathF.Sqrt(x.Select(v => (v - mean) * (v - mean)).Average());
        return x.Select(v => (v - mean) / (std + 1e-6f)).ToArray();
    }

    public float Fit(float[][] columns, Tensor targets, Tensor observed, int epochs)
    {
        var x = stack(columns.Select(c => tensor(Scale(c))).ToArray(), 1);
        var y = (targets - targets.mean()) / targets.std();
        var last = 0f;
        for (var e = 0; e < epochs; e++)
        {
            var error = (net.call(x) - y).clamp(-3, 3).pow(2) * observed;
            var perSeries = error.sum(1) / observed.sum(1);
            var loss = perSeries.mean();
            adam.zero_grad();
            loss.backward();
            adam.step();
            last = loss.item<float>();
        }

        return last;
    }
}
