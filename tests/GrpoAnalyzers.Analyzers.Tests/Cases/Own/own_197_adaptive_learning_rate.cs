// case: own.197
// expect: none
// shape: learning rate of the optimiser's groups shrinks when KL passes a bound during the epochs, control PPO
using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class QuadrupedTrainer
{
    private readonly nn.Module<Tensor, Tensor> actor;
    private readonly optim.Optimizer optimizer;
    private double rate = 1e-3;

    public QuadrupedTrainer(nn.Module<Tensor, Tensor> actor)
    {
        this.actor = actor;
        optimizer = optim.Adam(actor.parameters(), rate);
    }

    private void SetRate(double value)
    {
        rate = value;
        foreach (var group in optimizer.ParamGroups)
            group.LearningRate = value;
    }

    public void Learn(Tensor obs, Tensor actions, Tensor oldMean, Tensor oldLp, Tensor adv, int epochs, double desiredKl)
    {
        for (var e = 0; e < epochs; e++)
        {
            var mean = actor.call(obs);
            var lp = -0.5 * (actions - mean).pow(2).sum(1);
            using (no_grad())
            {
                var kl = 0.5 * (mean - oldMean).pow(2).sum(1).mean().item<float>();
                if (kl > 2 * desiredKl)
                    SetRate(Math.Max(1e-5, rate / 1.5));
                else if (kl < desiredKl / 2 && kl > 0)
                    SetRate(Math.Min(1e-2, rate * 1.5));
            }

            var ratio = (lp - oldLp).exp();
            var loss = maximum(-adv * ratio, -adv * ratio.clamp(0.8, 1.2)).mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
