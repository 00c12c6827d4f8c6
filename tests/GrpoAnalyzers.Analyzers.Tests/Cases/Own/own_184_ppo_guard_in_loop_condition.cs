// case: own.184
// expect: none
// shape: control PPO with whole-batch whitening and a flag in the epoch condition set from the approximate KL
using System;
using TorchSharp;
using static TorchSharp.torch;

public class WalkerPpo
{
    private readonly nn.Module<Tensor, Tensor> actor;
    private readonly nn.Module<Tensor, Tensor> critic;
    private readonly Tensor logStd;
    private readonly optim.Optimizer optimizer;
    private readonly float targetKl;

    public WalkerPpo(nn.Module<Tensor, Tensor> actor, nn.Module<Tensor, Tensor> critic, float targetKl = 0.015f)
    {
        this.actor = actor;
        this.critic = critic;
        this.targetKl = targetKl;
        logStd = zeros(6);
        optimizer = optim.Adam(actor.parameters(), lr: 3e-4);
    }

    private Tensor LogProb(Tensor obs, Tensor act)
    {
        var mean = actor.call(obs);
        var std = logStd.exp();
        var z = (act - mean) / std;
        return (-0.5 * z.pow(2) - logStd - 0.5 * Math.Log(2 * Math.PI)).sum(1);
    }

    public void Learn(Tensor obs, Tensor act, Tensor old, Tensor gae, int epochs)
    {
        var adv = (gae - gae.mean()) / (gae.std() + 1e-8);
        var stop = false;
        for (var epoch = 0; epoch < epochs && !stop; epoch++)
        {
            foreach (var ix in randperm(obs.shape[0]).chunk(8))
            {
                using var scope = NewDisposeScope();
                var logRatio = LogProb(obs.index_select(0, ix), act.index_select(0, ix)) - old.index_select(0, ix);
                var ratio = logRatio.exp();
                var kl = (ratio.detach() - 1 - logRatio.detach()).mean().item<float>();
                if (kl > 1.5f * targetKl)
                {
                    stop = true;
                    break;
                }

                var a = adv.index_select(0, ix);
                var loss = -min(ratio * a, ratio.clamp(0.8, 1.2) * a).mean();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
    }
}
