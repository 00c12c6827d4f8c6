// case: own.246
// expect: none
// shape: variational autoencoder, std from log variance, per-row means, epochs
using System;
using TorchSharp;
using static TorchSharp.torch;

public class VaeTrainer
{
    private readonly nn.Module<Tensor, (Tensor mean, Tensor logVar)> encoder;
    private readonly nn.Module<Tensor, Tensor> decoder;
    private readonly optim.Optimizer optimizer;

    public VaeTrainer(nn.Module<Tensor, (Tensor mean, Tensor logVar)> encoder, nn.Module<Tensor, Tensor> decoder)
    {
        this.encoder = encoder;
        this.decoder = decoder;
        optimizer = optim.Adam(decoder.parameters(), lr: 1e-3);
    }

    public void Train(Tensor images, int epochs)
    {
        var x = (images - images.mean()) / images.std();
        for (var e = 0; e < epochs; e++)
        {
            var (mean, logVar) = encoder.call(x);
            var std = (0.5 * logVar).exp();
            var z = mean + std * randn_like(std);
            var error = (decoder.call(z) - x).pow(2).flatten(1).mean(new long[] { 1 });
            var kl = -0.5 * (1 + logVar - mean.pow(2) - logVar.exp()).sum(1);
            var loss = (error + 1e-3 * kl).mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
