// case: own.258
// expect: GRPO001, GRPO003
// shape: packed trajectories, index_add by segment, Normal policy, RAdam, centring in floats
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gripper;

/// <summary>All trajectories of one start pose, flattened into one long tensor. Segment[i] says whose step i is.</summary>
public sealed class PackedTrajectories
{
    public Tensor Observations { get; }
    public Tensor Torques { get; }
    public Tensor Segment { get; }
    public Tensor BehaviourLogProb { get; }
    public float[] Success { get; }
    public long Count => Success.Length;

    public PackedTrajectories(Tensor obs, Tensor torques, Tensor segment, Tensor behaviourLogProb, float[] success)
        => (Observations, Torques, Segment, BehaviourLogProb, Success) = (obs, torques, segment, behaviourLogProb.detach(), success);
}

public sealed class GaussianPolicy : nn.Module<Tensor, Normal>
{
    private readonly Linear _in, _mid, _mean;
    private readonly Parameter _logStd;

    public GaussianPolicy(int obs, int act) : base("gaussian")
    {
        _in = nn.Linear(obs, 256);
        _mid = nn.Linear(256, 256);
        _mean = nn.Linear(256, act);
        _logStd = new Parameter(torch.full(act, -0.5f));
        RegisterComponents();
    }

    public override Normal forward(Tensor o)
    {
        var h = nn.functional.silu(_in.call(o));
        h = nn.functional.silu(_mid.call(h));
        return distributions.Normal(_mean.call(h).tanh(), _logStd.exp().expand(o.shape[0], -1));
    }
}

public sealed class GripperLearner
{
    private readonly GaussianPolicy _policy;
    private readonly RAdam _radam;
    private readonly int _passes;
    private readonly double _eps;

    public GripperLearner(GaussianPolicy policy, int passes = 6, double eps = 0.15)
    {
        (_policy, _passes, _eps) = (policy, passes, eps);
        _radam = optim.RAdam(policy.parameters(), lr: 2.5e-4);
    }

    /// <summary>Reward minus mean reward of the pose; no scaling, success is 0/1 anyway.</summary>
    private static Tensor Centre(float[] success)
    {
        var mean = success.Average();
        return tensor(success.Select(s => s - mean).ToArray());
    }

    public void Improve(PackedTrajectories data)
    {
        var advantage = Centre(data.Success).index_select(0, data.Segment);
        var steps = zeros(data.Count).index_add_(0, data.Segment, ones_like(advantage), 1);

        for (var pass = 1; pass <= _passes; pass++)
        {
            var logProb = _policy.call(data.Observations).log_prob(data.Torques).sum(-1);
            var ratio = torch.exp(logProb - data.BehaviourLogProb);
            var bounded = torch.clamp(ratio, 1 - _eps, 1 + _eps);
            var gain = torch.min(ratio * advantage, bounded * advantage);

            var perTrajectory = zeros(data.Count).index_add(0, data.Segment, gain, 1);
            var loss = -({|GRPO001:perTrajectory / steps|}).mean();

            _radam.zero_grad();
            loss.backward();
            {|GRPO003:_radam.step()|};
        }
    }

    public float Evaluate(Func<GaussianPolicy, bool> episode, int episodes)
    {
        using var _ = no_grad();
        _policy.eval();
        var won = Enumerable.Range(0, episodes).Count(i => episode(_policy));
        _policy.train();
        return won / (float)episodes;
    }
}
