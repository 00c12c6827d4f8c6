// case: own.174
// expect: GRPO002, GRPO003
// shape: control policy with Bernoulli actions, returns of each episode standardised on their own, replayed passes
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class Flight
{
    public List<float[]> States = new();
    public List<float> Actions = new();
    public List<float> Rewards = new();
    public List<float> LogProbs = new();
}

public class LanderPolicy
{
    private readonly nn.Module<Tensor, Tensor> net = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 1));
    private readonly optim.Optimizer optimizer;
    private readonly int reuse;

    public LanderPolicy(int reuse)
    {
        this.reuse = reuse;
        optimizer = optim.Adam(net.parameters(), lr: 1e-3);
    }

    private static float[] Returns(List<float> rewards, float gamma)
    {
        var g = 0f;
        var r = new float[rewards.Count];
        for (var t = rewards.Count - 1; t >= 0; t--)
            r[t] = g = rewards[t] + gamma * g;
        return r;
    }

    private static float[] WithinFlight(float[] returns)
    {
        var mean = returns.Average();
        var variance = returns.Select(x => (x - mean) * (x - mean)).Sum() / returns.Length;
        var std = (float)Math.Sqrt(variance);
        var output = new float[returns.Length];
        for (var t = 0; t < output.Length; t++)
            output[t] = {|GRPO002:(returns[t] - mean) / (std + 1e-8f)|};
        return output;
    }

    public void Learn(List<Flight> flights)
    {
        var states = stack(flights.SelectMany(f => f.States).Select(s => tensor(s)).ToArray());
        var actions = tensor(flights.SelectMany(f => f.Actions).ToArray());
        var old = tensor(flights.SelectMany(f => f.LogProbs).ToArray());
        var adv = tensor(flights.SelectMany(f => WithinFlight(Returns(f.Rewards, 0.99f))).ToArray());
        for (var i = 0; i < reuse; i++)
        {
            var z = net.call(states).squeeze(1);
            var lp = actions * nn.functional.logsigmoid(z) + (1 - actions) * nn.functional.logsigmoid(-z);
            var ratio = (lp - old).exp();
            var loss = -min(ratio * adv, ratio.clamp(0.8f, 1.2f) * adv).mean();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
