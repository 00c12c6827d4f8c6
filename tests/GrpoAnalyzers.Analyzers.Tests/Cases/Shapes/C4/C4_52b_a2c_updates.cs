// case: C4.52
// expect: none
// shape: for (update ...) around a rollout and a single A2C step without a clip
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace A2c;

public interface IEnvironment
{
    Tensor Observe();

    float Act(long action);
}

public class A2cAgent
{
    private readonly Module<Tensor, Tensor> actor;
    private readonly Module<Tensor, Tensor> critic;
    private readonly optim.Optimizer optimizer;

    public A2cAgent(Module<Tensor, Tensor> actor, Module<Tensor, Tensor> critic)
    {
        this.actor = actor;
        this.critic = critic;
        optimizer = optim.Adam([.. actor.parameters(), .. critic.parameters()], 7e-4);
    }

    public void Train(IEnvironment env, int updates, int horizon)
    {
        for (int update = 0; update < updates; update++)
        {
            var logs = new List<Tensor>();
            var values = new List<Tensor>();
            var rewards = new float[horizon];
            for (int t = 0; t < horizon; t++)
            {
                var obs = env.Observe().unsqueeze(0);
                var lp = actor.call(obs).log_softmax(1);
                var a = lp.exp().multinomial(1);
                logs.Add(lp.gather(1, a).view(1));
                values.Add(critic.call(obs).view(1));
                rewards[t] = env.Act(a.item<long>());
            }

            float g = 0;
            var returns = new float[horizon];
            for (int t = horizon - 1; t >= 0; t--)
                returns[t] = g = rewards[t] + 0.99f * g;
            var ret = torch.tensor(returns);
            var v = torch.cat(values, 0);
            var adv = (ret - v).detach();
            var loss = -(torch.cat(logs, 0) * adv).mean() + 0.5 * (v - ret).square().mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
