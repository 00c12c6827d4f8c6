namespace GrpoAnalyzers.Runtime;

/// <summary>
/// An optimiser's step that looks where it lands. Where it would leave more than the allowed share of tokens outside the trust region, only a part of it
/// is taken, or none, and the first moment is multiplied with that part: the momentum that carries ratios on after clipping has taken their gradient
/// away goes with the step. Second moments and step counts stay as the optimiser made them, or as they were before where nothing is kept of the step.
/// <code>
/// using var stepper = new MomentumAwareStep(optimizer) { Region = Clip.Symmetric(0.2) };
/// for (var update = 0; update &lt; updates; update++)
/// {
///     using var scope = NewDisposeScope();
///     var logProbs = LogProbs(policy, tokens);
///     optimizer.zero_grad();
///     objective.Compute(inputs with { LogProbs = logProbs }).Loss.backward();
///     stepper.Step(() =&gt; LogProbs(policy, tokens), oldLogProbs, mask, before: logProbs);
/// }
/// </code>
/// <para>
/// Cost: a forward pass after the step; where the step is shortened one more to see that it is short enough (the part to keep is read off the
/// log-probabilities before and after, along which ratios are taken to be straight lines), rarely further ones. Without <c>before</c> (the
/// log-probabilities that the loss was made of) one more. With <see cref="KeepGraph"/> the pass after the step serves as the next update's own, so that
/// U updates on the same tokens cost U + 1 forward passes and those of shortened steps. One host read for each pass after the step. Memory: an
/// <see cref="OptimizerSnapshot"/>.
/// </para>
/// </summary>
public sealed class MomentumAwareStep : IDisposable
{
    /// <summary>The parts of a step whose end is predicted, each smaller by the root of two.</summary>
    private static readonly double[] Parts = [.. Enumerable.Range(0, 13).Select(k => Math.Pow(2, -k / 2.0))];

    private readonly torch.optim.Optimizer optimizer;
    private readonly Clip region = Clip.Symmetric(0.2);
    private readonly double allowedShare = 0.05;
    private readonly double shortestPart = 1.0 / 16;
    private readonly double maxShare = 1;
    private OptimizerSnapshot? snapshot;

    /// <summary>Wraps an optimiser; it stays the caller's.</summary>
    /// <param name="optimizer">Any of TorchSharp's but LBFGS.</param>
    public MomentumAwareStep(torch.optim.Optimizer optimizer) => this.optimizer = OptimizerSnapshot.Check(optimizer);

    /// <summary>The region that ratios are to stay in; the clip of the loss.</summary>
    public Clip Region
    {
        get => region;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            value.Check();
            region = value;
        }
    }

    /// <summary>The share of tokens that a step may leave outside, 0 to 1. A step may always keep as many outside as there were before it.</summary>
    public double AllowedShare
    {
        get => allowedShare;
        init => allowedShare = Require.Between(value, 0, 1, nameof(AllowedShare));
    }

    /// <summary>
    /// The smallest part of a step that is taken, more than 0 and at most 1. A token that lies just inside still has its gradient and would hold up all
    /// others for ever; with a part this small, and the momentum gone, it may cross by next to nothing.
    /// </summary>
    public double ShortestPart
    {
        get => shortestPart;
        init => shortestPart = value is > 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(ShortestPart), value, "wanted a number of more than 0 and at most 1.");
    }

    /// <summary>Where even the smallest part would leave a larger share outside than this, 0 to 1, the step is taken back. 1: only where a ratio is no number.</summary>
    public double MaxShare
    {
        get => maxShare;
        init => maxShare = Require.Between(value, 0, 1, nameof(MaxShare));
    }

    /// <summary>Whether the passes that look at a step are made with a graph: the result's log-probabilities can then be the next update's.</summary>
    public bool KeepGraph { get; init; }

    /// <summary>Steps the optimiser on the gradients that are there, and takes back what leads too far.</summary>
    /// <param name="logProbs">Computes the log-probabilities of the tokens under the policy as it is, any shape. Called after the step, in a dispose scope.</param>
    /// <param name="oldLogProbs">Log-probabilities under the policy that sampled, of the same shape: made once a rollout and kept.</param>
    /// <param name="mask">bool, or numbers that are 0 where a token does not count; of the same shape. Null: all count.</param>
    /// <param name="before">The log-probabilities that the loss was made of, of the same shape. Null: they are computed again.</param>
    public MomentumStepResult Step(Func<Tensor> logProbs, Tensor oldLogProbs, Tensor? mask = null, Tensor? before = null)
    {
        ArgumentNullException.ThrowIfNull(logProbs);
        using var scope = NewDisposeScope();
        var passes = 0;
        Tensor Pass(bool graph)
        {
            using var inner = NewDisposeScope();
            using var mode = set_grad_enabled(graph);
            passes++;
            var made = logProbs();
            return Require.Floating(made, nameof(logProbs)).MoveToOuterDisposeScope();
        }

        TokenRatios Ratios(Tensor of)
        {
            using var grad = no_grad();
            return TokenRatios.From(of, oldLogProbs, mask);
        }

        if (before is not null)
        {
            Require.Floating(before, nameof(before));
            Require.Shape(before, nameof(before), Require.Floating(oldLogProbs, nameof(oldLogProbs)).shape);
        }

        var start = Ratios(before ?? Pass(graph: false));
        if (snapshot is null)
        {
            snapshot = new OptimizerSnapshot(optimizer);
        }
        else
        {
            snapshot.Take();
        }

        try
        {
            optimizer.step();
            var now = Pass(KeepGraph);
            var end = Ratios(now);
            var (shareBefore, shares) = Shares(start, end);
            var allowed = Math.Max(allowedShare, shareBefore);
            var full = shares[0];
            var (factor, outside) = (1.0, full);
            if (!(full <= allowed))
            {
                // Straight lines from the old log-ratios to the new ones.
                var part = Array.FindIndex(shares, share => share <= allowed);
                factor = Math.Max(part < 0 ? 0 : Parts[part], shortestPart);
                snapshot.Shorten(factor);
                while (factor > 0)
                {
                    now.Dispose();
                    now = Pass(KeepGraph);
                    outside = ShareOf(Ratios(now));
                    if (outside <= (factor > shortestPart ? allowed : Math.Max(allowed, maxShare)))
                    {
                        break;
                    }

                    var next = factor > shortestPart ? Math.Max(factor / 2, shortestPart) : 0;
                    snapshot.Shorten(next / factor);
                    factor = next;
                }

                if (factor == 0)
                {
                    snapshot.Restore();
                    outside = shareBefore;
                    now.Dispose();
                    now = before is not null && !KeepGraph ? before.detach() : Pass(KeepGraph);
                }

                snapshot.DampFirstMoment(factor);
            }

            return new MomentumStepResult(factor, shareBefore, full, outside, passes, now.MoveToOuterDisposeScope());
        }
        catch
        {
            // Whatever failed between the step and its acceptance, the policy is not left at a place that nobody has looked at.
            snapshot.Restore();
            throw;
        }
    }

    /// <summary>Undoes the last step wholly: parameters, moments and step counts are to the bit as they were before it.</summary>
    /// <exception cref="InvalidOperationException">There was no step yet.</exception>
    public void Rollback()
    {
        if (snapshot is null)
        {
            throw new InvalidOperationException("there was no step that could be taken back.");
        }

        snapshot.Restore();
    }

    /// <summary>Disposes what is kept for a rollback; the optimiser stays.</summary>
    public void Dispose()
    {
        snapshot?.Dispose();
        snapshot = null;
    }

    /// <summary>The share of tokens outside at the start, and after each part of the way to the end; one host read.</summary>
    private (double Before, double[] After) Shares(TokenRatios start, TokenRatios end)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var way = end.LogRatio - start.LogRatio;
        var shares = Parts.Select(part => Share(part == 1 ? end.LogRatio : start.LogRatio + way * part, end.Mask)).Prepend(Share(start.LogRatio, end.Mask));
        var read = stack([.. shares], 0).to(ScalarType.Float64).cpu().data<double>().ToArray();
        return (read[0], read[1..]);
    }

    private double ShareOf(TokenRatios now)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        return Share(now.LogRatio, now.Mask).to(ScalarType.Float64).ToDouble();
    }

    private Tensor Share(Tensor logRatio, Tensor mask)
    {
        using var scope = NewDisposeScope();

        var type = logRatio.dtype;
        var counted = logRatio.masked_fill(mask.logical_not(), 0);
        var outside = counted.lt(Math.Log(1 - region.Low)).logical_or(counted.gt(Math.Log(1 + region.High))).to(type);

        // A ratio that is no number makes the share none, which is at most nothing.
        return ((outside + counted * 0).sum() / mask.to(type).sum().clamp_min(1)).MoveToOuterDisposeScope();
    }
}
