// case: own.444
// expect: GRPO001, GRPO003
// shape: ragged list of trajectories, mean per trajectory, centred rewards only
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace RobotPlanner;

public interface IPlannerPolicy
{
    Tensor LogProbs(Tensor prompt, Tensor actionTokens);
    IEnumerable<TorchSharp.Modules.Parameter> Weights { get; }
}

public sealed class Trajectory
{
    public required Tensor Prompt { get; init; }
    public required Tensor ActionTokens { get; init; }
    public required float TaskReward { get; init; }
    public Tensor? Frozen { get; set; }
    public float Advantage { get; set; }
}

public static class TrajectoryScoring
{
    public static void CentreWithinScene(this IReadOnlyList<Trajectory> scene)
    {
        var baseline = scene.Average(t => t.TaskReward);
        foreach (var t in scene) t.Advantage = t.TaskReward - baseline;
    }

    public static void Freeze(this IEnumerable<Trajectory> scene, IPlannerPolicy policy)
    {
        using (no_grad())
            foreach (var t in scene) t.Frozen = policy.LogProbs(t.Prompt, t.ActionTokens).detach();
    }
}

public sealed class PlannerLearner
{
    const double Eps = 0.2;
    readonly IPlannerPolicy _policy;
    readonly optim.Optimizer _adam;

    public PlannerLearner(IPlannerPolicy policy)
    {
        _policy = policy;
        _adam = optim.Adam(policy.Weights, lr: 1e-6, beta1: 0.9, beta2: 0.95);
    }

    Tensor TrajectoryObjective(Trajectory t)
    {
        var now = _policy.LogProbs(t.Prompt, t.ActionTokens);
        var r = (now - t.Frozen!).exp();
        var a = t.Advantage;
        var tokens = torch.min(r * a, r.clamp(1 - Eps, 1 + Eps) * a);
        return {|GRPO001:tokens.mean()|};
    }

    public double LearnScene(IReadOnlyList<Trajectory> scene)
    {
        scene.CentreWithinScene();
        scene.Freeze(_policy);

        var last = 0.0;
        for (int pass = 0; pass < 4; pass++)
        {
            using var d = NewDisposeScope();
            var parts = new List<Tensor>();
            foreach (var t in scene)
                parts.Add(TrajectoryObjective(t));
            var loss = -torch.stack(parts).mean();

            _adam.zero_grad();
            loss.backward();
            {|GRPO003:_adam.step()|};
            last = loss.ToDouble();
        }
        return last;
    }
}
