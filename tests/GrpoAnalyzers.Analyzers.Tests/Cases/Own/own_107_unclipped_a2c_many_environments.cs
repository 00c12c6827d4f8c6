// case: own.107
// expect: none
// shape: outer loop over updates with a rollout inside, no clip, entropy bonus
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public interface IEnvironment
{
    float[] Reset();

    (float[] next, float reward, bool done) Step(long action);
}

public class A2cLoop
{
    private readonly nn.Module<Tensor, Tensor> actor;
    private readonly nn.Module<Tensor, Tensor> critic;
    private readonly optim.Optimizer optimizer;

    public A2cLoop(nn.Module<Tensor, Tensor> actor, nn.Module<Tensor, Tensor> critic)
    {
        this.actor = actor;
        this.critic = critic;
        optimizer = optim.Adam(actor.parameters().Concat(critic.parameters()), lr: 1e-3);
    }

    public void Train(IEnvironment env, int updates, int horizon)
    {
        var state = env.Reset();
        for (var u = 0; u < updates; u++)
        {
            var lps = new List<Tensor>();
            var values = new List<Tensor>();
            var rewards = new List<float>();
            for (var t = 0; t < horizon; t++)
            {
                var x = tensor(state);
                var dist = distributions.Categorical(logits: actor.call(x));
                var action = dist.sample();
                lps.Add(dist.log_prob(action));
                values.Add(critic.call(x).squeeze());
                var (next, reward, done) = env.Step(action.item<long>());
                rewards.Add(reward);
                state = done ? env.Reset() : next;
            }

            var ret = new float[horizon];
            var run = 0f;
            for (var t = horizon - 1; t >= 0; t--)
            {
                ret[t] = run = rewards[t] + 0.99f * run;
            }

            var v = stack(values);
            var adv = (tensor(ret) - v).detach();
            var loss = -(stack(lps) * adv).mean() + (tensor(ret) - v).pow(2).mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
