// case: own.325
// expect: GRPO002, GRPO003
// shape: locomotion without critic, returns standardised inside every trajectory, all steps concatenated, two parameter groups, RAdam
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Locomotion;

public readonly struct Trajectory
{
    public Trajectory(Tensor obs, Tensor actions, float[] rewards)
    {
        Obs = obs; Actions = actions; Rewards = rewards;
    }
    public Tensor Obs { get; }
    public Tensor Actions { get; }
    public float[] Rewards { get; }

    public Tensor Discounted(float gamma)
    {
        var g = new float[Rewards.Length];
        var running = 0f;
        for (var t = g.Length - 1; t >= 0; --t)
            g[t] = running = Rewards[t] + gamma * running;
        return tensor(g);
    }
}

public sealed class QuadrupedLearner
{
    private readonly nn.Module<Tensor, Tensor> _mean;
    private readonly TorchSharp.Modules.Parameter _logSigma;
    private readonly optim.Optimizer _optimizer;

    public QuadrupedLearner(int obsDim, int actDim)
    {
        _mean = nn.Sequential(nn.Linear(obsDim, 256), nn.Tanh(), nn.Linear(256, 128), nn.Tanh(), nn.Linear(128, actDim));
        _logSigma = nn.Parameter(zeros(actDim) - 1);
        _optimizer = optim.RAdam(_mean.parameters().Append(_logSigma), 5e-4);
    }

    private Tensor LogDensity(Tensor obs, Tensor act)
    {
        var sigma = _logSigma.exp();
        var z = (act - _mean.forward(obs)) / sigma;
        return (-0.5 * z * z - _logSigma - 0.9189385).sum(1);
    }

    private static Tensor Credit(Trajectory t)
    {
        var g = t.Discounted(0.995f);
        var spread = g.var(unbiased: false).add(1e-8).sqrt();
        return {|GRPO002:(g - g.mean()) / spread|};
    }

    public void Learn(IReadOnlyCollection<Trajectory> trajectories)
    {
        var obs = cat(trajectories.Select(t => t.Obs).ToArray());
        var act = cat(trajectories.Select(t => t.Actions).ToArray());
        var adv = cat(trajectories.Select(Credit).ToArray());
        var old = LogDensity(obs, act).detach();

        for (var k = 10; k > 0; --k)
        {
            using var scope = NewDisposeScope();
            var ratio = (LogDensity(obs, act) - old).exp();
            var loss = -minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
            _optimizer.zero_grad();
            loss.backward();
            {|GRPO003:_optimizer.step()|};
        }
    }
}
