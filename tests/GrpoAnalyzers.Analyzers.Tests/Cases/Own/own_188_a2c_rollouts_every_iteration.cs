// case: own.188
// expect: none
// shape: synchronous A2C, new rollout in every iteration, value mean, no clip, running statistics of observations
using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public sealed class RunningStats
{
    private double mean, m2;
    private long n;

    public void Add(float x)
    {
        n++;
        var d = x - mean;
        mean += d / n;
        m2 += d * (x - mean);
    }

    public float Normalize(float x) => (float)((x - mean) / (Math.Sqrt(m2 / Math.Max(1, n)) + 1e-8));
}

public interface IEnvironment
{
    float[] Reset();
    (float[] observation, float reward, bool done) Step(int action);
}

public class A2cAgent
{
    private readonly nn.Module<Tensor, Tensor> actor, critic;
    private readonly optim.Optimizer optimizer;
    private readonly RunningStats stats = new();

    public A2cAgent(nn.Module<Tensor, Tensor> actor, nn.Module<Tensor, Tensor> critic)
    {
        this.actor = actor;
        this.critic = critic;
        optimizer = optim.Adam(actor.parameters().Concat(critic.parameters()), lr: 7e-4);
    }

    private Tensor Prepare(float[] observation)
    {
        foreach (var x in observation)
            stats.Add(x);
        return tensor(observation.Select(stats.Normalize).ToArray());
    }

    public void Train(IEnvironment env, int iterations, int horizon)
    {
        var state = Prepare(env.Reset());
        for (var it = 0; it < iterations; it++)
        {
            var states = new Tensor[horizon];
            var actions = new long[horizon];
            var rewards = new float[horizon];
            for (var t = 0; t < horizon; t++)
            {
                states[t] = state;
                actions[t] = multinomial(actor.call(state).softmax(-1), 1).item<long>();
                var (o, r, done) = env.Step((int)actions[t]);
                rewards[t] = r;
                state = Prepare(done ? env.Reset() : o);
            }

            var returns = new float[horizon];
            var g = 0f;
            for (var t = horizon - 1; t >= 0; t--)
                returns[t] = g = rewards[t] + 0.99f * g;
            var batch = stack(states);
            var values = critic.call(batch).squeeze(1);
            var target = tensor(returns);
            var adv = (target - values).detach();
            var lp = actor.call(batch).log_softmax(-1).gather(1, tensor(actions).unsqueeze(1)).squeeze(1);
            var loss = -(lp * adv).mean() + 0.5 * (values - target).pow(2).mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
