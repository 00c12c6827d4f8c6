using AdditionGrpo;
using GrpoAnalyzers.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GrpoAnalyzers.Lab;

/// <summary>Proposition 1: what a whole group begins with is pushed by lengths, and by a clip that drops one sign; and is not after the corrections.</summary>
internal sealed class PrefixExperiment(LabOptions options, Transformer policy, Progress progress) : IExperiment
{
    private const int Problems = 48;

    /// <summary>Completions of a group, half of what is sampled: the more there are, the fewer begin alike.</summary>
    private const int GroupSize = 4;

    private const double RatioBeyond = 1.3;

    public string Name => "prefix bias";

    public Section Run()
    {
        using var scope = NewDisposeScope();
        manual_seed(options.Seed);
        var problems = new ProblemSet(new Random(options.Seed)).Draw(Problems);
        var sampled = PolicyTokens.Sample(policy, problems);
        var coin = new Random(options.Seed);
        var tosses = tensor(Enumerable.Range(0, Problems * PolicyTokens.GroupSize).Select(_ => (float)coin.Next(2)).ToArray());
        var batch = sampled with
        {
            Inputs = sampled.Inputs with { Groups = GroupSize, Advantages = AdvantageEstimator.GroupStandardised.Estimate(tosses, GroupSize) },
        };
        using var tree = PrefixTree.Build(batch.Inputs.TokenIds!, batch.Inputs.Mask, GroupSize);
        Parameter[] parameters = [.. policy.parameters()];
        PrefixBias Measure(Func<LossInputs, LossResult> loss) => PrefixBiasProbe.Measure(
            parameters, () => PolicyTokens.LogProbs(policy, batch.Tokens), log => loss(batch.Inputs with { LogProbs = log }).Loss, tree);

        var byLength = GroupObjective.GrpoR1 with { Regulariser = Regulariser.None };
        var tokenMean = StepTraining.Objective;
        progress.Report(1, 3, Name);
        var (lengths, equal) = (Measure(i => byLength.Compute(i, metrics: false)), Measure(i => tokenMean.Compute(i, metrics: false)));
        progress.Report(2, 3, Name);
        LossInputs Beyond(LossInputs inputs) => inputs with { OldLogProbs = inputs.OldLogProbs! - Math.Log(RatioBeyond) };
        var (clipped, summed) = (Measure(i => tokenMean.Compute(Beyond(i), metrics: false)), Measure(i => PrefixLoss.Compute(tokenMean, tree, Beyond(i))));

        (string Name, PrefixBias Bias)[] rows =
        [
            ("before: weights 1 / length, ratios 1", lengths), ("after: token mean, ratios 1", equal),
            ("before: token mean, ratios 1.3", clipped), ("after: prefixes summed, then clipped, ratios 1.3", summed),
        ];
        var table = new Table($"Tokens that all {GroupSize} completions of a group begin with", "loss", "groups", "largest |W|", "left of the push", "part of the gradient");
        foreach (var (name, bias) in rows)
        {
            table.Add(
                name, $"{bias.Groups.Count}", Table.Number(bias.LargestWeight), Table.Number(bias.Groups.Select(g => g.Left).DefaultIfEmpty(0).Average()), Table.Number(bias.SharedPart));
        }

        var savings = new Table("What the tree saves here", "rows", "each completion", "each context once", "remains");
        savings.Add("head", $"{tree.Savings.Trained}", $"{tree.Savings.Contexts}", Table.Number(tree.Savings.HeadRatio));
        savings.Add("backbone, completions", $"{tree.Savings.Tokens}", $"{tree.Savings.Packed}", Table.Number(tree.Savings.BackboneRatio));
        return new Section(
            "Proposition 1: what all completions share is pushed all the same",
            "W is the sum of weight, ratio and advantage over the completions of a group, at a token that all of them begin with. Such a token tells good completions from bad ones in "
            + $"no way. Rewards are coin tosses here, so that nothing there is to learn. In the second pair all ratios are {RatioBeyond}, beyond the clip: the plain loss drops the completions with A > 0 there and keeps the others.",
            [table, savings],
            [new Plot("|W| by group, largest first", "group", "|W|", [.. rows.Select(r => new Series(r.Name, Ranked(r.Bias)))])]);
    }

    private static (double X, double Y)[] Ranked(PrefixBias bias) =>
        [.. bias.Groups.Select(g => g.LargestWeight).OrderDescending().Select((w, i) => ((double)i + 1, w))];
}
