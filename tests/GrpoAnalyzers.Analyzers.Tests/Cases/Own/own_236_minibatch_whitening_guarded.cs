// case: own.236
// expect: none
// shape: control PPO with minibatch whitening in a tensor loop and a KL break; running statistics for observations
using System;
using TorchSharp;
using static TorchSharp.torch;

public class HopperPpo
{
    private readonly nn.Module<Tensor, (Tensor logits, Tensor value)> net;
    private readonly optim.Optimizer optimizer;

    public HopperPpo(nn.Module<Tensor, (Tensor logits, Tensor value)> net)
    {
        this.net = net;
        optimizer = optim.Adam(net.parameters(), lr: 3e-4);
    }

    public void Update(Tensor obs, Tensor act, Tensor old, Tensor gae, Tensor ret, int epochs)
    {
        var x = (obs - obs.mean(new long[] { 0 })) / (obs.std(0L) + 1e-6);
        for (var e = 0; e < epochs; e++)
        {
            var kl = 0f;
            foreach (var ix in randperm(x.shape[0]).split(64))
            {
                var (logits, value) = net.call(x[ix]);
                var lp = logits.log_softmax(-1).gather(1, act[ix].unsqueeze(1)).squeeze(1);
                var delta = lp - old[ix];
                var ratio = delta.exp();
                var a = gae[ix];
                a = (a - a.mean()) / (a.std() + 1e-8);
                var loss = -min(ratio * a, clamp(ratio, 0.8, 1.2) * a).mean() + 0.5 * (value.squeeze(-1) - ret[ix]).pow(2).mean();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
                kl = Math.Max(kl, -delta.mean().item<float>());
            }

            if (kl > 0.02f)
                break;
        }
    }
}
