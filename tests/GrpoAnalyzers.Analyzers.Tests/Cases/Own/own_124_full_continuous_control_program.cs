// case: own.124
// expect: GRPO003
// shape: a pendulum-like environment, Gaussian policy, GAE in float arrays, learning-rate annealing, ten epochs of minibatches
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Pendulum;

public sealed class Environment
{
    private readonly Random random = new(3);
    private double angle;
    private double speed;
    private int steps;

    public float[] Reset()
    {
        angle = random.NextDouble() * 2 * Math.PI - Math.PI;
        speed = random.NextDouble() * 2 - 1;
        steps = 0;
        return Observe();
    }

    public (float[] next, float reward, bool done) Step(float torque)
    {
        torque = Math.Clamp(torque, -2f, 2f);
        var cost = angle * angle + 0.1 * speed * speed + 0.001 * torque * torque;
        speed = Math.Clamp(speed + (15 * Math.Sin(angle) + 3 * torque) * 0.05, -8, 8);
        angle += speed * 0.05;
        steps++;
        return (Observe(), (float)-cost, steps >= 200);
    }

    private float[] Observe() => new[] { (float)Math.Cos(angle), (float)Math.Sin(angle), (float)speed };
}

public sealed class ActorCritic
{
    public ActorCritic()
    {
        Mean = nn.Sequential(nn.Linear(3, 64), nn.Linear(64, 1));
        Value = nn.Sequential(nn.Linear(3, 64), nn.Linear(64, 1));
        LogStd = nn.Parameter(zeros(1));
    }

    public TorchSharp.Modules.Sequential Mean { get; }

    public TorchSharp.Modules.Sequential Value { get; }

    public TorchSharp.Modules.Parameter LogStd { get; }

    public IEnumerable<TorchSharp.Modules.Parameter> Parameters() => Mean.parameters().Concat(Value.parameters()).Append(LogStd);

    public Tensor LogProb(Tensor obs, Tensor action)
    {
        var z = (action - Mean.call(obs).squeeze(-1)) / LogStd.exp();
        return -0.5 * z.pow(2) - LogStd - 0.9189385;
    }
}

public static class Program
{
    private const int Horizon = 2048;
    private const int Minibatch = 64;
    private const int Epochs = 10;

    public static void Main()
    {
        var env = new Environment();
        var ac = new ActorCritic();
        var optimizer = optim.Adam(ac.Parameters(), lr: 3e-4, eps: 1e-5);
        var state = env.Reset();
        for (var update = 0; update < 500; update++)
        {
            foreach (var g in optimizer.ParamGroups)
            {
                g.LearningRate = 3e-4 * (1.0 - update / 500.0);
            }

            var obs = new float[Horizon, 3];
            var actions = new float[Horizon];
            var logProbs = new float[Horizon];
            var rewards = new float[Horizon];
            var values = new float[Horizon + 1];
            var ends = new bool[Horizon];
            using (no_grad())
            {
                for (var t = 0; t < Horizon; t++)
                {
                    var x = tensor(state);
                    var action = (ac.Mean.call(x) + ac.LogStd.exp() * randn_like(ac.LogStd)).squeeze();
                    for (var k = 0; k < 3; k++)
                    {
                        obs[t, k] = state[k];
                    }

                    actions[t] = action.item<float>();
                    logProbs[t] = ac.LogProb(x.unsqueeze(0), action.unsqueeze(0)).item<float>();
                    values[t] = ac.Value.call(x).item<float>();
                    (state, rewards[t], ends[t]) = env.Step(actions[t]);
                    if (ends[t])
                    {
                        state = env.Reset();
                    }
                }

                values[Horizon] = ac.Value.call(tensor(state)).item<float>();
            }

            var advantages = new float[Horizon];
            var running = 0f;
            for (var t = Horizon - 1; t >= 0; t--)
            {
                var live = ends[t] ? 0f : 1f;
                running = rewards[t] + 0.99f * values[t + 1] * live - values[t] + 0.99f * 0.95f * live * running;
                advantages[t] = running;
            }

            var o = tensor(obs);
            var a = tensor(actions);
            var old = tensor(logProbs);
            var adv = tensor(advantages);
            var targets = adv + tensor(values).narrow(0, 0, Horizon);
            for (var epoch = 0; epoch < Epochs; epoch++)
            {
                var order = randperm(Horizon);
                for (var s = 0; s < Horizon; s += Minibatch)
                {
                    var i = order.narrow(0, s, Minibatch);
                    var mb = adv.index_select(0, i);
                    mb = (mb - mb.mean()) / (mb.std() + 1e-8);
                    var ratio = (ac.LogProb(o.index_select(0, i), a.index_select(0, i)) - old.index_select(0, i)).exp();
                    var policy = maximum(-mb * ratio, -mb * ratio.clamp(0.8, 1.2)).mean();
                    var value = (ac.Value.call(o.index_select(0, i)).squeeze(-1) - targets.index_select(0, i)).pow(2).mean();
                    var loss = policy + 0.5 * value;
                    optimizer.zero_grad();
                    loss.backward();
                    nn.utils.clip_grad_norm_(ac.Parameters(), 0.5);
                    {|GRPO003:optimizer.step()|};
                }
            }

            Console.WriteLine($"{update}: {rewards.Average():f3}");
        }
    }
}
