// case: own.031
// expect: GRPO003
// shape: continuous control with a Gaussian policy; the KL is computed, accumulated and printed
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class ContinuousPpo
{
    private readonly nn.Module<Tensor, Tensor> mu;
    private readonly nn.Module<Tensor, Tensor> value;
    private readonly TorchSharp.Modules.Parameter logStd;
    private readonly optim.Optimizer optimizer;
    private readonly int epochs;

    public ContinuousPpo(nn.Module<Tensor, Tensor> mu, nn.Module<Tensor, Tensor> value, int actionDim, int epochs)
    {
        this.mu = mu;
        this.value = value;
        this.epochs = epochs;
        logStd = nn.Parameter(zeros(actionDim));
        optimizer = optim.Adam(mu.parameters().Concat(value.parameters()).Append(logStd), lr: 3e-4, eps: 1e-5);
    }

    private Tensor LogProb(Tensor s, Tensor a)
    {
        var std = logStd.exp();
        var z = (a - mu.call(s)) / std;
        return (-0.5 * z * z - logStd - 0.5 * Math.Log(2 * Math.PI)).sum(1);
    }

    public void Update(Tensor s, Tensor a, Tensor logpOld, Tensor adv, Tensor ret)
    {
        var klSum = 0f;
        for (int i = 0; i < epochs; ++i)
        {
            var logp = LogProb(s, a);
            var ratio = torch.exp(logp - logpOld);
            var clipAdv = torch.clamp(ratio, 0.8, 1.2) * adv;
            var lossPi = -(torch.min(ratio * adv, clipAdv)).mean();
            var lossV = (value.call(s).squeeze(-1) - ret).pow(2).mean();
            var loss = lossPi + 0.5 * lossV - 0.01 * logStd.sum();
            optimizer.zero_grad();
            loss.backward();
            nn.utils.clip_grad_norm_(mu.parameters(), 0.5);
            {|GRPO003:optimizer.step()|};
            using (no_grad())
            {
                klSum += (logpOld - logp).mean().item<float>();
            }
        }

        Console.WriteLine($"kl {klSum / epochs:f5}");
    }
}
