// case: C2.05
// expect: none
// shape: root of the batch variance of GAE advantages in a control trainer
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace GaeControl;

public class GaeTrainer
{
    private readonly Module<Tensor, Tensor> actor;
    private readonly Module<Tensor, Tensor> critic;
    private readonly optim.Optimizer optimizer;
    private readonly float gamma = 0.99f, lambda = 0.95f;

    public GaeTrainer(Module<Tensor, Tensor> actor, Module<Tensor, Tensor> critic)
    {
        this.actor = actor;
        this.critic = critic;
        optimizer = optim.Adam(actor.parameters().Concat(critic.parameters()), 3e-4);
    }

    public void Update(Tensor obs, Tensor actions, Tensor old, float[] rewards, float[] values)
    {
        var gae = new float[rewards.Length];
        float running = 0f;
        for (int t = rewards.Length - 1; t >= 0; t--)
        {
            float next = t + 1 < values.Length ? values[t + 1] : 0f;
            running = rewards[t] + gamma * next - values[t] + gamma * lambda * running;
            gae[t] = running;
        }

        var adv = torch.tensor(gae);
        var returns = adv + torch.tensor(values);
        adv = (adv - adv.mean()) / (adv.var() + 1e-8).sqrt();
        var lp = actor.call(obs).log_softmax(-1).gather(1, actions.unsqueeze(1)).squeeze(1);
        var ratio = torch.exp(lp - old);
        var pg = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
        var vf = functional.mse_loss(critic.call(obs).squeeze(-1), returns);
        var loss = pg + 0.5 * vf;
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
