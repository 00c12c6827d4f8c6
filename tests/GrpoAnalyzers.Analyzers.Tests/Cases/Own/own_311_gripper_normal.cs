// case: own.311
// expect: GRPO001, GRPO002
// shape: robotics, Normal policy, reward-to-go standardised within each episode, episode loss averaged over its own steps, one update
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Robotics.Gripper;

public interface IGripperSim
{
    float[] Reset(int seed);
    (float[] obs, float reward, bool done) Step(float[] torque);
}

public sealed class Episode
{
    public List<float[]> Observations { get; } = new();
    public List<float[]> Torques { get; } = new();
    public List<float> Rewards { get; } = new();
    public int Length => Rewards.Count;

    public float[] RewardToGo(float gamma)
    {
        var result = new float[Length];
        float g = 0;
        for (int t = Length - 1; t >= 0; t--)
            result[t] = g = Rewards[t] + gamma * g;
        return result;
    }
}

public sealed class GaussianPolicy : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> body;
    private readonly TorchSharp.Modules.Parameter logStd;

    public GaussianPolicy(int obs, int act) : base("gauss")
    {
        body = nn.Sequential(nn.Linear(obs, 64), nn.Tanh(), nn.Linear(64, act));
        logStd = nn.Parameter(full(act, -0.5f));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => body.call(x);
    public Tensor LogProb(Tensor obs, Tensor act)
        => distributions.Normal(forward(obs), logStd.exp()).log_prob(act).sum(-1);
    public Tensor Act(Tensor obs) => normal(forward(obs), logStd.exp().expand_as(forward(obs)));
}

public sealed class GripperTrainer
{
    private readonly GaussianPolicy policy;
    private readonly optim.Optimizer adam;
    private readonly IGripperSim sim;

    public GripperTrainer(GaussianPolicy policy, IGripperSim sim)
    {
        this.policy = policy;
        this.sim = sim;
        adam = optim.Adam(policy.parameters(), 3e-4);
    }

    public float TrainOnce(int episodes, int seed)
    {
        var data = Enumerable.Range(0, episodes).Select(i => Rollout(seed + i)).ToList();
        var losses = new List<Tensor>(episodes);
        foreach (var ep in data)
        {
            var obs = stack(ep.Observations.Select(o => tensor(o)));
            var act = stack(ep.Torques.Select(a => tensor(a)));
            var returns = tensor(ep.RewardToGo(0.99f));
            var advantage = {|GRPO002:(returns - returns.mean()) / (returns.std() + 1e-8)|};
            var lp = policy.LogProb(obs, act);
            losses.Add({|GRPO001:(lp * advantage).sum() / ep.Length|});
        }
        var loss = -stack(losses).sum() / episodes;
        adam.zero_grad();
        loss.backward();
        adam.step();
        return data.Average(e => e.Rewards.Sum());
    }

    private Episode Rollout(int seed)
    {
        using var ng = no_grad();
        var ep = new Episode();
        var obs = sim.Reset(seed);
        bool done = false;
        while (!done && ep.Length < 500)
        {
            var torque = policy.Act(tensor(obs)).data<float>().ToArray();
            ep.Observations.Add(obs);
            ep.Torques.Add(torque);
            (obs, var reward, done) = sim.Step(torque);
            ep.Rewards.Add(reward);
        }
        return ep;
    }
}
