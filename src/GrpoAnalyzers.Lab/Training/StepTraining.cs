using AdditionGrpo;
using GrpoAnalyzers.Runtime;
using static TorchSharp.torch;

namespace GrpoAnalyzers.Lab;

/// <summary>Trains the sample's policy with several clipped updates a rollout and looks at the ratios.</summary>
/// <param name="Rate">The learning rate of AdamW (0.9, 0.95).</param>
/// <param name="Updates">Updates a rollout, at most.</param>
/// <param name="Method">What ends or bends them.</param>
internal sealed record StepTraining(double Rate, int Updates, StepMethod Method)
{
    public const double ClipRange = 0.2;
    public const double AllowedShare = 0.05;

    /// <summary>As small as the parts of a step are that the momentum-aware step predicts: the least that passes the allowed share.</summary>
    public const double ShortestPart = 1.0 / 64;

    private const double MaxGradNorm = 1;

    /// <summary>The objective of all runs: the token mean, so that nothing but the steps differs.</summary>
    public static GroupObjective Objective { get; } = GroupObjective.Dapo with { Surrogate = new ClippedSurrogate(Ratio.Token, Clip.Symmetric(ClipRange)) };

    /// <summary>Trains a copy of the policy; all runs of a seed see the same problems and random numbers.</summary>
    /// <param name="start">The policy to start from; left as it is.</param>
    /// <param name="seed">Seed of the problems and of the sampling.</param>
    /// <param name="rollouts">How many rollouts.</param>
    /// <param name="problemsPerRollout">Problems of a rollout, eight completions each.</param>
    /// <param name="progress">Called after each rollout.</param>
    /// <param name="cancellation">Ends the run after the rollout it is in.</param>
    public StepOutcome Run(Transformer start, int seed, int rollouts, int problemsPerRollout, Action<int> progress, CancellationToken cancellation)
    {
        manual_seed(seed);
        var problems = new ProblemSet(new Random(seed));
        using var policy = new Transformer();
        policy.load_state_dict(start.state_dict());
        using var optimizer = optim.AdamW(policy.parameters(), lr: Rate, beta1: 0.9, beta2: 0.95);
        using var stepper = new MomentumAwareStep(optimizer) { Region = Clip.Symmetric(ClipRange), AllowedShare = AllowedShare, ShortestPart = ShortestPart, KeepGraph = true };
        using var guard = new RatioGuard { Region = Clip.Symmetric(ClipRange), MaxOutside = Method == StepMethod.Stop ? AllowedShare : null };
        var (rewards, ends, used) = (new List<double>(), new List<RatioStatistics>(), 0);
        for (var rollout = 0; rollout < rollouts && !cancellation.IsCancellationRequested; rollout++)
        {
            using var scope = NewDisposeScope();
            var batch = PolicyTokens.Sample(policy, problems.Draw(problemsPerRollout));
            guard.NewRollout();
            used += Update(policy, optimizer, stepper, guard, batch);
            using (no_grad())
            {
                guard.Record(PolicyTokens.LogProbs(policy, batch.Tokens), batch.Inputs.OldLogProbs!, batch.Inputs.Mask);
            }

            ends.Add(guard.Read()[^1]);
            rewards.Add(batch.MeanReward);
            progress(rollout + 1);
        }

        return new StepOutcome(
            SampledReward(policy, problems.HeldOut, seed),
            rewards,
            [.. ends.Select(e => e.Outside)],
            ends.Select(e => e.LargestRatio).DefaultIfEmpty(1).Max(),
            (double)used / Math.Max(1, ends.Count));
    }

    /// <summary>The mean reward of sampled completions of held-out problems, four each.</summary>
    public static double SampledReward(Transformer policy, IReadOnlyList<Problem> problems, int seed)
    {
        using var scope = NewDisposeScope();
        manual_seed(seed);
        return Rollout.Sample(policy, problems, 4).MeanReward;
    }

    private int Update(Transformer policy, optim.Optimizer optimizer, MomentumAwareStep stepper, RatioGuard guard, PolicyTokens batch)
    {
        var (old, mask) = (batch.Inputs.OldLogProbs!, batch.Inputs.Mask);
        Tensor Forward() => PolicyTokens.LogProbs(policy, batch.Tokens);
        Tensor? next = null;
        for (var update = 0; update < Updates; update++)
        {
            using var scope = NewDisposeScope();
            var logProbs = next ?? Forward();
            if (guard.ShouldStop(logProbs, old, mask))
            {
                return update;
            }

            optimizer.zero_grad();
            Objective.Compute(batch.Inputs with { LogProbs = logProbs }, metrics: false).Loss.backward();
            nn.utils.clip_grad_norm_(policy.parameters(), MaxGradNorm);
            if (Method == StepMethod.MomentumAware)
            {
                next = stepper.Step(Forward, old, mask, logProbs).LogProbs.MoveToOuterDisposeScope();
            }
            else
            {
                optimizer.step();
            }
        }

        return Updates;
    }
}

/// <summary>What became of a run.</summary>
/// <param name="Reward">Mean sampled reward on held-out problems afterwards.</param>
/// <param name="Rewards">Mean reward of each rollout.</param>
/// <param name="Outside">Share of tokens outside the region at the end of each rollout.</param>
/// <param name="LargestRatio">The largest ratio at the end of any rollout.</param>
/// <param name="UpdatesUsed">Updates a rollout, in the mean.</param>
internal sealed record StepOutcome(double Reward, IReadOnlyList<double> Rewards, IReadOnlyList<double> Outside, double LargestRatio, double UpdatesUsed)
{
    /// <summary>The mean over rollouts.</summary>
    public double MeanOutside => Outside.DefaultIfEmpty(0).Average();
}
