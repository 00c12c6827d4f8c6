using AdditionGrpo;
using GrpoAnalyzers.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GrpoAnalyzers.Lab;

/// <summary>Proposition 2: AdamW forgets the scale of rewards, so that dividing by their spread only weighs groups against each other.</summary>
internal sealed class ScaleExperiment(LabOptions options, Transformer policy, Progress progress) : IExperiment
{
    private const int Problems = 24;
    private const double Rate = 3e-4;

    private static readonly double[] Scales = [0.01, 0.1, 10, 100];

    public string Name => "reward scale";

    public Section Run()
    {
        using var scope = NewDisposeScope();
        manual_seed(options.Seed);
        var batch = PolicyTokens.Sample(policy, new ProblemSet(new Random(options.Seed)).Draw(Problems));
        var rewards = batch.Inputs.Rewards!;
        Parameter[] parameters = [.. policy.parameters()];
        var plain = GroupObjective.Dapo;
        var penalised = plain with { Regulariser = new KlPenalty(0.04, KlEstimator.K3) };

        // A reference a little away from the policy: at the policy itself the penalty has no gradient to begin with.
        var reference = batch.Inputs.OldLogProbs! * 1.1;
        (string Name, GroupObjective Objective, AdvantageEstimator Advantages, Func<IEnumerable<Parameter>, optim.Optimizer> Optimizer)[] setups =
        [
            ("before: divided by the spread, AdamW", plain, AdvantageEstimator.GroupStandardised, p => optim.AdamW(p, lr: Rate)),
            ("after: centred only, AdamW", plain, AdvantageEstimator.Centred, p => optim.AdamW(p, lr: Rate)),
            ("centred only, AdamW with eps 1e-5", plain, AdvantageEstimator.Centred, p => optim.AdamW(p, lr: Rate, eps: 1e-5)),
            ("centred only, AdamW, KL penalty 0.04", penalised, AdvantageEstimator.Centred, p => optim.AdamW(p, lr: Rate)),
            ("centred only, plain gradient descent", plain, AdvantageEstimator.Centred, p => optim.SGD(p, Rate)),
        ];
        var table = new Table("Difference from the update with phi = 1, in lengths of that update", ["setup", .. Scales.Select(s => $"phi {Table.Number(s)}")]);
        var series = new List<Series>();
        for (var i = 0; i < setups.Length; i++)
        {
            var (name, objective, advantages, optimizer) = setups[i];
            progress.Report(i, setups.Length, Name);
            var measured = RewardScaleProbe.Measure(
                parameters,
                optimizer,
                phi => objective.Compute(
                    batch.Inputs with
                    {
                        LogProbs = PolicyTokens.LogProbs(policy, batch.Tokens),
                        ReferenceLogProbs = reference,
                        Advantages = advantages.Estimate(rewards * phi, PolicyTokens.GroupSize),
                    },
                    metrics: false).Loss,
                Scales,
                updates: 3);
            table.Add([name, .. measured.Rows.Select(r => Table.Number(r.Difference))]);
            series.Add(new Series(name, [.. measured.Rows.Select(r => (Math.Log10(r.Scale), Math.Min(r.Difference, 2)))]));
        }

        return new Section(
            "Proposition 2: AdamW forgets the scale of rewards",
            "All rewards are multiplied by phi. With AdamW and nothing else in the loss the update stays what it was, so dividing by the spread of a group brings no scale that AdamW "
            + $"does not bring. What it does is weigh groups: here the largest weight is {Spread(rewards)} times the smallest, for the same difference in reward.",
            [table],
            [new Plot("Difference from phi = 1 (cut at 2)", "log10 phi", "difference", series)]);
    }

    /// <summary>How far 1 / std of the groups with a spread lie apart.</summary>
    private static string Spread(Tensor rewards)
    {
        using var scope = NewDisposeScope();
        var spreads = rewards.reshape(-1, PolicyTokens.GroupSize).std(1L).data<float>().ToArray().Where(s => s > 0).ToArray();
        return spreads.Length == 0 ? "-" : Table.Number(spreads.Max() / spreads.Min());
    }
}
