// case: own.292
// expect: none
// shape: observation normaliser, EMA baseline, sums
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Drone;

/// <summary>Mean and variance of a stream of vectors (Welford).</summary>
public sealed class RunningStats
{
    private readonly double[] _mean, _m2;
    private long _n;

    public RunningStats(int size) => (_mean, _m2) = (new double[size], new double[size]);

    public void Push(float[] x)
    {
        _n++;
        for (int i = 0; i < x.Length; i++)
        {
            var d = x[i] - _mean[i];
            _mean[i] += d / _n;
            _m2[i] += d * (x[i] - _mean[i]);
        }
    }

    public float[] Normalise(float[] x) =>
        x.Select((v, i) => (float)((v - _mean[i]) / (Math.Sqrt(_m2[i] / Math.Max(1, _n)) + 1e-6))).ToArray();
}

public interface IDrone
{
    float[] TakeOff();
    (float[] sensors, float reward, bool landed) Fly(int command);
}

// REINFORCE with an exponential moving average of the return as baseline.
public sealed class HoverTrainer
{
    private readonly Sequential _net;
    private readonly optim.Optimizer _adam;
    private readonly RunningStats _sensors;
    private float _baseline;

    public HoverTrainer(int sensors, int commands)
    {
        _net = nn.Sequential(nn.Linear(sensors, 64), nn.Tanh(), nn.Linear(64, commands));
        _adam = optim.Adam(_net.parameters(), lr: 5e-4);
        _sensors = new RunningStats(sensors);
    }

    public float Flight(IDrone drone, int episodes, int limit)
    {
        var terms = new List<Tensor>();
        var returns = new List<float>();
        for (int e = 0; e < episodes; e++)
        {
            var raw = drone.TakeOff();
            var logProbs = new List<Tensor>();
            float sum = 0;
            for (int t = 0; t < limit; t++)
            {
                _sensors.Push(raw);
                var dist = distributions.Categorical(logits: _net.call(tensor(_sensors.Normalise(raw))));
                var command = dist.sample();
                logProbs.Add(dist.log_prob(command));
                (raw, var reward, var landed) = drone.Fly((int)command.ToInt64());
                sum += reward;
                if (landed) break;
            }
            returns.Add(sum);
            terms.Add(stack(logProbs).sum() * (sum - _baseline));
        }
        var loss = -stack(terms).mean();
        _adam.zero_grad();
        loss.backward();
        _adam.step();

        var average = returns.Average();
        _baseline += 0.1f * (average - _baseline);
        return average;
    }
}
