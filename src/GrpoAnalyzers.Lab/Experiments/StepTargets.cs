using AdditionGrpo;

namespace GrpoAnalyzers.Lab;

/// <summary>
/// The momentum-aware step against plain AdamW and against stopping: sixteen updates a rollout, at the largest rate at which training with one update
/// a rollout still improves. One run a seed of each; nothing is repeated until it fits.
/// </summary>
internal sealed class StepTargets(LabOptions options, Progress progress, CancellationToken cancellation) : IExperiment
{
    private const int Updates = 16;

    private static readonly double[] Rates = [1e-4, 3e-4, 1e-3, 3e-3];

    private static readonly (StepMethod Method, string Name)[] Methods =
    [
        (StepMethod.Plain, "AdamW"), (StepMethod.Stop, "AdamW, stopped by RatioGuard"), (StepMethod.MomentumAware, "momentum-aware step"),
    ];

    public string Name => "momentum-aware step";

    public Section Run()
    {
        var starts = options.Seeds.Select(seed => (Seed: seed, Policy: StartingPolicy.Make(seed, options.WarmSteps, cancellation))).ToArray();
        var done = 0;
        var total = options.Rollouts * starts.Length * (Rates.Length + Methods.Length);
        StepOutcome[] Train(StepTraining training) =>
        [
            .. starts.Select(start =>
            {
                var outcome = training.Run(
                    start.Policy, start.Seed, options.Rollouts, options.Problems, r => progress.Report(done + r, total, $"rate {training.Rate:G1}, {training.Method}"), cancellation);
                done += options.Rollouts;
                progress.Say($"rate {Table.Number(training.Rate)}, {training.Updates} updates, {training.Method}, seed {start.Seed}: reward {outcome.Reward:F4}, outside {outcome.MeanOutside:F4}, largest {outcome.LargestRatio:F2}, used {outcome.UpdatesUsed:F1}");
                return outcome;
            }),
        ];

        var before = starts.Select(s => StepTraining.SampledReward(s.Policy, new ProblemSet(new Random(s.Seed)).HeldOut, s.Seed)).ToArray();
        var single = Rates.Select(rate => (Rate: rate, Outcomes: Train(new StepTraining(rate, 1, StepMethod.Plain)))).ToArray();
        var improving = single.Where(s => s.Outcomes.Average(o => o.Reward) > before.Average()).ToArray();
        var rate = options.Rate ?? (improving.Length > 0 ? improving[^1].Rate : Rates[0]);
        var compared = Methods.Select(m => (m.Name, Outcomes: Train(new StepTraining(rate, Updates, m.Method)))).ToArray();
        foreach (var start in starts)
        {
            start.Policy.Dispose();
        }

        var rates = new Table("One update a rollout", "rate", "reward before", "reward after", "improves");
        foreach (var (r, outcomes) in single)
        {
            var after = outcomes.Average(o => o.Reward);
            rates.Add(Table.Number(r), Table.Number(before.Average()), Table.Spread(outcomes.Select(o => o.Reward)), after > before.Average() ? "yes" : "no");
        }

        var table = new Table(
            $"{Updates} updates a rollout at {Table.Number(rate)}, {options.Rollouts} rollouts, {starts.Length} seeds", "step", "outside at the end", "largest ratio", "updates used", "reward after");
        foreach (var (name, outcomes) in compared)
        {
            table.Add(
                name,
                Table.Spread(outcomes.Select(o => o.MeanOutside)),
                Table.Number(outcomes.Max(o => o.LargestRatio)),
                Table.Number(outcomes.Average(o => o.UpdatesUsed)),
                Table.Spread(outcomes.Select(o => o.Reward)));
        }

        var (plain, stopped, ours) = (compared[0].Outcomes, compared[1].Outcomes, compared[2].Outcomes);
        var share = ours.Average(o => o.MeanOutside) / Math.Max(plain.Average(o => o.MeanOutside), 1e-9);
        var behind = ours.Average(o => o.Reward) - stopped.Average(o => o.Reward);
        var targets = new Table("Targets", "what", "target", "measured", "met");
        targets.Add("outside, of AdamW's", "<= 0.25", Table.Number(share), share <= 0.25 ? "yes" : "MISSED");
        targets.Add("updates used", $"{Updates}", Table.Number(ours.Average(o => o.UpdatesUsed)), ours.All(o => o.UpdatesUsed == Updates) ? "yes" : "MISSED");
        targets.Add("reward, against stopping", ">= -0.02", Table.Signed(behind), behind >= -0.02 ? "yes" : "MISSED");
        return new Section(
            "The momentum-aware step against its targets",
            $"AdamW (0.9, 0.95), clip {StepTraining.ClipRange}, allowed share {StepTraining.AllowedShare}, shortest part of a step 1/{1 / StepTraining.ShortestPart}; {options.Problems} problems a rollout. Rewards are means of sampled completions of held-out problems.",
            [rates, table, targets],
            [
                new Plot("Tokens outside the region at the end of each rollout", "rollout", "share", [.. compared.Select(c => new Series(c.Name, MeanOf(c.Outcomes, o => o.Outside)))]),
                new Plot("Mean reward of each rollout (mean over seeds)", "rollout", "reward", [.. compared.Select(c => new Series(c.Name, MeanOf(c.Outcomes, o => o.Rewards)))]),
            ]);
    }

    private static (double X, double Y)[] MeanOf(StepOutcome[] outcomes, Func<StepOutcome, IReadOnlyList<double>> of)
    {
        var length = outcomes.Min(o => of(o).Count);
        return [.. Enumerable.Range(0, length).Select(i => ((double)i + 1, outcomes.Average(o => of(o)[i])))];
    }
}
