// case: own.227
// expect: GRPO003
// shape: vectorised continuous control, tanh-Gaussian policy, expm1 style ratio, whitening once over the batch, critic in the same module
using System;
using TorchSharp;
using static TorchSharp.torch;

public class VectorPpo
{
    private readonly nn.Module<Tensor, (Tensor mean, Tensor logStd, Tensor value)> net;
    private readonly optim.Optimizer optimizer;

    public VectorPpo(nn.Module<Tensor, (Tensor mean, Tensor logStd, Tensor value)> net)
    {
        this.net = net;
        optimizer = optim.AdamW(net.parameters(), lr: 3e-4, beta1: 0.9, beta2: 0.97);
    }

    private static Tensor LogProb(Tensor mean, Tensor logStd, Tensor action)
    {
        var z = (action - mean) * (-logStd).exp();
        return (z.square() * -0.5 - logStd).sum(-1);
    }

    public void Update(Tensor obs, Tensor action, Tensor old, Tensor advantage, Tensor target, int sweeps, int batch)
    {
        advantage = (advantage - advantage.mean()) / (advantage.std() + 1e-8);
        var n = obs.shape[0];
        var drift = 0f;
        for (var sweep = 0; sweep < sweeps; sweep++)
        {
            var order = randperm(n);
            for (var start = 0L; start + batch <= n; start += batch)
            {
                using var scope = NewDisposeScope();
                var ix = order.narrow(0, start, batch);
                var (mean, logStd, value) = net.call(obs[ix]);
                var delta = LogProb(mean, logStd, action[ix]) - old[ix];
                var change = delta.exp() - 1;
                var a = advantage[ix];
                var gain = minimum(change * a, change.clamp(-0.2, 0.2) * a);
                var loss = -gain.mean() + 0.5 * (value.squeeze(-1) - target[ix]).square().mean() - 0.001 * logStd.sum(-1).mean();
                optimizer.zero_grad();
                loss.backward();
                {|GRPO003:optimizer.step()|};
                drift += delta.abs().mean().item<float>();
            }
        }

        Console.WriteLine(drift);
    }
}
