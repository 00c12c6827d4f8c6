using AdditionGrpo;
using GrpoAnalyzers.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GrpoAnalyzers.Lab;

/// <summary>Proposition 3: AdamW carries ratios on after clipping has taken the gradient away; and what stopping and the momentum-aware step do about it.</summary>
internal sealed class OvershootExperiment(LabOptions options, Transformer policy, Progress progress) : IExperiment
{
    private const int Updates = 16;
    private const int Before = 12;
    private const int After = 8;
    private const double Beta2 = 0.95;
    private const double Rate = 1e-3;

    public string Name => "overshoot";

    public Section Run()
    {
        using var scope = NewDisposeScope();
        manual_seed(options.Seed);
        var batch = PolicyTokens.Sample(policy, new ProblemSet(new Random(options.Seed)).Draw(options.Problems));
        var (old, mask) = (batch.Inputs.OldLogProbs!, batch.Inputs.Mask);
        using var optimizer = optim.AdamW(policy.parameters(), lr: Rate, beta1: 0.9, beta2: Beta2);
        Tensor Forward() => PolicyTokens.LogProbs(policy, batch.Tokens);
        OvershootTrace Trace(Action<Tensor>? step) => OvershootProbe.Measure(
            optimizer, Forward, log => StepTraining.Objective.Compute(batch.Inputs with { LogProbs = log }, metrics: false).Loss, old, mask, Updates, step: step);

        progress.Report(0, 3, Name);
        var plain = Trace(null);
        progress.Report(1, 3, Name);
        using var guard = new RatioGuard { MaxOutside = StepTraining.AllowedShare };
        var stopped = Trace(log =>
        {
            if (!guard.ShouldStop(log, old, mask))
            {
                optimizer.step();
            }
        });
        progress.Report(2, 3, Name);
        using var stepper = new MomentumAwareStep(optimizer) { AllowedShare = StepTraining.AllowedShare };
        var ours = Trace(log => stepper.Step(Forward, old, mask, log));
        (string Name, OvershootTrace Trace)[] rows = [("before: AdamW", plain), ("stopped by RatioGuard", stopped), ("after: momentum-aware step", ours)];
        var table = new Table($"After {Updates} updates on one rollout", "step", "outside", "mean depth", "largest depth", "KL", "largest ratio");
        foreach (var (name, trace) in rows)
        {
            var end = trace.Rows[^1];
            table.Add(
                name, Table.Number(end.Statistics.Outside), Table.Number(end.MeanDepth), Table.Number(end.LargestDepth), Table.Number(end.Statistics.Kl), Table.Number(end.Statistics.LargestRatio));
        }

        var (predicted, measured) = (Overshoot.Predict(0.9, Beta2, After, Before + 1), Coast(batch));
        var coast = new Table("Steps without a gradient, in lengths of a full step", ["", .. Enumerable.Range(0, After).Select(k => $"k = {k}")]);
        coast.Add(["equation 36", .. predicted.Select(Table.Number)]);
        coast.Add(["measured on the policy", .. measured.Select(Table.Number)]);
        return new Section(
            "Proposition 3: the step goes on when the gradient is gone",
            $"AdamW (0.9, {Beta2}) at rate {Table.Number(Rate)}, clip {StepTraining.ClipRange}, {batch.Inputs.Mask.shape[0]} completions. Depth is how far a log-ratio lies beyond the boundary. "
            + $"Below: {Before} steps with one gradient, then none.",
            [table, coast],
            [
                new Plot("Tokens outside the region", "update", "share", [.. rows.Select(r => new Series(r.Name, Points(r.Trace, o => o.Statistics.Outside)))]),
                new Plot("Mean depth of tokens outside", "update", "log-ratio", [.. rows.Select(r => new Series(r.Name, Points(r.Trace, o => o.MeanDepth)))]),
                new Plot("Length of steps without a gradient", "k", "full steps", [new Series("equation 36", Numbered(predicted)), new Series("measured", Numbered(measured))]),
            ]);
    }

    private static (double X, double Y)[] Points(OvershootTrace trace, Func<OvershootRow, double> of) => [.. trace.Rows.Select(r => ((double)r.Steps, of(r)))];

    private static (double X, double Y)[] Numbered(double[] values) => [.. values.Select((v, k) => ((double)k, v))];

    /// <summary>The lengths of steps after the gradient has been taken away, on a copy of the policy, as multiples of the last step with one.</summary>
    private double[] Coast(PolicyTokens batch)
    {
        using var copy = new Transformer();
        copy.load_state_dict(policy.state_dict());
        Parameter[] parameters = [.. copy.parameters()];
        using var optimizer = optim.AdamW(parameters, lr: 1e-5, beta1: 0.9, beta2: Beta2, eps: 1e-30);
        StepTraining.Objective.Compute(batch.Inputs with { LogProbs = PolicyTokens.LogProbs(copy, batch.Tokens) }, metrics: false).Loss.backward();
        var lengths = new List<double>();
        for (var step = 0; step < Before + After; step++)
        {
            using var inner = NewDisposeScope();
            if (step == Before)
            {
                optimizer.zero_grad();
            }

            var start = Flat(parameters);
            optimizer.step();
            lengths.Add((Flat(parameters) - start).norm().ToDouble());
        }

        return [.. lengths.Skip(Before).Select(l => l / lengths[Before - 1])];
    }

    private static Tensor Flat(Parameter[] parameters) => cat([.. parameters.Select(p => p.detach().to(ScalarType.Float64).reshape(-1))], 0);
}
