// case: own.247
// expect: none
// shape: quantile regression network with clamp and epochs, standardised inputs, Adam
using System;
using TorchSharp;
using static TorchSharp.torch;

public class QuantileForecaster
{
    private readonly nn.Module<Tensor, Tensor> net;
    private readonly optim.Optimizer optimizer;
    private readonly Tensor levels = tensor(new[] { 0.1f, 0.5f, 0.9f });

    public QuantileForecaster(nn.Module<Tensor, Tensor> net)
    {
        this.net = net;
        optimizer = optim.AdamW(net.parameters(), lr: 1e-3);
    }

    public void Fit(Tensor x, Tensor y, int epochs)
    {
        var scaled = (x - x.mean(new long[] { 0 })) / (x.std(0L) + 1e-6);
        for (var e = 0; e < epochs; e++)
        {
            var error = y.unsqueeze(1) - net.call(scaled);
            var loss = torch.max(levels * error, (levels - 1) * error).mean(new long[] { 1 }).mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
