namespace GrpoAnalyzers.Runtime;

/// <summary>Measures how many tokens leave the trust region on one rollout, and how deep, inner step by inner step (2601.05002, proposition 3).</summary>
public static class OvershootProbe
{
    /// <summary>Takes the steps and puts parameters, their gradients and the optimiser's state back as they were.</summary>
    /// <param name="optimizer">The user's; any of TorchSharp's but LBFGS.</param>
    /// <param name="logProbs">Computes the log-probabilities of the tokens with their graph, any shape.</param>
    /// <param name="loss">The user's loss of these log-probabilities, one number.</param>
    /// <param name="oldLogProbs">Log-probabilities under the policy that sampled, of the same shape.</param>
    /// <param name="mask">Which tokens count; null: all.</param>
    /// <param name="updates">How many inner steps.</param>
    /// <param name="region">The clip of the loss; null: 0.2 to both sides.</param>
    /// <param name="step">What steps, given the log-probabilities the loss was made of; null: <c>optimizer.step()</c>. For a <see cref="MomentumAwareStep"/> on this optimiser, or gradient clipping.</param>
    public static OvershootTrace Measure(
        torch.optim.Optimizer optimizer, Func<Tensor> logProbs, Func<Tensor, Tensor> loss, Tensor oldLogProbs, Tensor? mask = null, int updates = 16, Clip? region = null,
        Action<Tensor>? step = null)
    {
        OptimizerSnapshot.Check(optimizer);
        ArgumentNullException.ThrowIfNull(logProbs);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentOutOfRangeException.ThrowIfLessThan(updates, 1);
        region ??= Clip.Symmetric(0.2);
        region.Check();
        using var policy = new KeptPolicy(optimizer.parameters());
        using var snapshot = new OptimizerSnapshot(optimizer);
        using var scope = NewDisposeScope();
        try
        {
            var measured = new List<Tensor>();
            for (var update = 0; update < updates; update++)
            {
                using var inner = NewDisposeScope();
                using var graph = enable_grad();
                optimizer.zero_grad();
                var now = logProbs();
                measured.Add(Of(now).MoveToOuterDisposeScope());
                loss(now).backward();
                if (step is null)
                {
                    optimizer.step();
                }
                else
                {
                    step(now);
                }
            }

            using var grad = no_grad();
            measured.Add(Of(logProbs()));
            var numbers = stack(measured, 0).to(ScalarType.Float64).cpu().reshape(-1).data<double>().ToArray();
            const int Width = RatioStatistics.Count + 2;
            return new OvershootTrace([.. Enumerable.Range(0, measured.Count).Select(i => new OvershootRow(
                i, RatioStatistics.From(numbers.AsSpan(i * Width, RatioStatistics.Count)), numbers[i * Width + Width - 2], numbers[i * Width + Width - 1]))]);
        }
        finally
        {
            snapshot.Restore();
        }

        Tensor Of(Tensor now)
        {
            using var inner = NewDisposeScope();
            using var grad = no_grad();
            var ratios = TokenRatios.From(now, oldLogProbs, mask);
            var counted = ratios.LogRatio.masked_fill(ratios.Mask.logical_not(), 0);
            var beyond = (counted - Math.Log(1 + region.High)).maximum(Math.Log(1 - region.Low) - counted).clamp_min(0);
            var outside = beyond.gt(0).to(beyond.dtype).sum().clamp_min(1);
            return cat([RatioStatistics.Measure(ratios.LogRatio, ratios.Mask, region, null), stack([beyond.sum() / outside, beyond.max()], 0)], 0).MoveToOuterDisposeScope();
        }
    }
}

/// <summary>Where the ratios are after each inner step.</summary>
/// <param name="Rows">Before the first step, and after each.</param>
public sealed record OvershootTrace(IReadOnlyList<OvershootRow> Rows)
{
    /// <summary>The statistics after the last step.</summary>
    public RatioStatistics End => Rows[^1].Statistics;

    /// <summary>A table, a step a row.</summary>
    public override string ToString() => ProbeTable.Of(
        "ratios by inner step",
        ["steps", "outside", "mean depth", "largest depth", "KL", "smallest ratio", "largest ratio"],
        Rows.Select(r => new object[]
        {
            r.Steps, r.Statistics.Outside, r.MeanDepth, r.LargestDepth, r.Statistics.Kl, r.Statistics.SmallestRatio, r.Statistics.LargestRatio,
        }));
}

/// <summary>The ratios after some inner steps.</summary>
/// <param name="Steps">How many.</param>
/// <param name="Statistics">Share outside, KL, smallest and largest ratio.</param>
/// <param name="MeanDepth">How far the log-ratio of a token outside is beyond the boundary, in the mean; 0 where none is outside.</param>
/// <param name="LargestDepth">How far the farthest is.</param>
public sealed record OvershootRow(int Steps, RatioStatistics Statistics, double MeanDepth, double LargestDepth);
