using AdditionGrpo;
using GrpoAnalyzers.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace GrpoAnalyzers.Lab;

/// <summary>Proposition 4: the loss on the first update of a rollout is a fact about weights and lengths, whatever the policy has learnt.</summary>
internal sealed class ProgressExperiment(LabOptions options, Transformer policy, Progress progress, CancellationToken cancellation) : IExperiment
{
    private const int Updates = 2;
    private const double Rate = 1e-3;

    public string Name => "loss and progress";

    public Section Run()
    {
        var rollouts = options.Rollouts * 4;
        (string Name, GroupObjective Objective)[] setups =
        [
            ("weights 1 / length", GroupObjective.GrpoR1 with { Regulariser = Regulariser.None }), ("token mean", StepTraining.Objective),
        ];
        var table = new Table(
            $"Loss of the first update of each of {rollouts} rollouts", "loss", "reward, first and last quarter", "largest |loss|", "loss with reward (r)", "largest |loss - expected|");
        var (losses, rewards) = (new List<Series>(), new List<Series>());
        for (var i = 0; i < setups.Length; i++)
        {
            var (name, objective) = setups[i];
            var points = Train(objective, rollouts, done => progress.Report(i * rollouts + done, setups.Length * rollouts, Name));
            if (points.Count < 2)
            {
                break;
            }

            var quarter = Math.Max(1, points.Count / 4);
            table.Add(
                name,
                $"{Table.Number(points.Take(quarter).Average(p => p.Reward))} -> {Table.Number(points.TakeLast(quarter).Average(p => p.Reward))}",
                Table.Number(points.Max(p => Math.Abs(p.Loss))),
                Table.Number(Correlation(points)),
                Table.Number(points.Max(p => Math.Abs(p.Loss - p.Expected))));
            losses.Add(new Series(name, [.. points.Select((p, r) => (r + 1.0, p.Loss))]));
            rewards.Add(new Series(name, [.. points.Select((p, r) => (r + 1.0, p.Reward))]));
        }

        return new Section(
            "Proposition 4: the loss is no sign of progress",
            "At ratio one the loss is the sum of advantages and weights of completions: zero for weights 1 / length, the covariance of advantage and length for the token mean. The metric "
            + "ExpectedOnPolicyLoss is that number before training begins; what is left when it is taken away is nothing. Watch rewards and the metrics of the loss, not its value.",
            [table],
            [new Plot("Loss of the first update", "rollout", "loss", losses), new Plot("Mean reward", "rollout", "reward", rewards)]);
    }

    private List<(double Loss, double Expected, double Reward)> Train(GroupObjective objective, int rollouts, Action<int> report)
    {
        manual_seed(options.Seed);
        var problems = new ProblemSet(new Random(options.Seed));
        using var copy = new Transformer();
        copy.load_state_dict(policy.state_dict());
        using var optimizer = optim.AdamW(copy.parameters(), lr: Rate, beta2: 0.95);
        var points = new List<(double, double, double)>();
        for (var rollout = 0; rollout < rollouts && !cancellation.IsCancellationRequested; rollout++)
        {
            using var scope = NewDisposeScope();
            var batch = PolicyTokens.Sample(copy, problems.Draw(options.Problems));
            for (var update = 0; update < Updates; update++)
            {
                using var inner = NewDisposeScope();
                var result = objective.Compute(batch.Inputs with { LogProbs = PolicyTokens.LogProbs(copy, batch.Tokens) });
                if (update == 0)
                {
                    points.Add((result.Loss.ToDouble(), result.Metrics.ExpectedOnPolicyLoss!.ToDouble(), batch.MeanReward));
                }

                optimizer.zero_grad();
                result.Loss.backward();
                nn.utils.clip_grad_norm_(copy.parameters(), 1);
                optimizer.step();
            }

            report(rollout + 1);
        }

        return points;
    }

    /// <summary>Pearson's r; not a number where one of the two never changes beyond rounding.</summary>
    private static double Correlation(List<(double Loss, double Expected, double Reward)> points)
    {
        var (meanLoss, meanReward) = (points.Average(p => p.Loss), points.Average(p => p.Reward));
        var (losses, rewards) = (points.Sum(p => Math.Pow(p.Loss - meanLoss, 2)), points.Sum(p => Math.Pow(p.Reward - meanReward, 2)));
        return losses < 1e-12 || rewards == 0 ? double.NaN : points.Sum(p => (p.Loss - meanLoss) * (p.Reward - meanReward)) / Math.Sqrt(losses * rewards);
    }
}
