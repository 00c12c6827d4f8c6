namespace GrpoAnalyzers.Runtime;

/// <summary>
/// Watches the ratios over the updates on one rollout and says when to stop. Clipping only takes the gradient of a token away; its ratio goes on moving
/// with the optimiser's momentum, and only a look at the ratios ends that.
/// <code>
/// using var guard = new RatioGuard { MaxKl = 0.02 };              // one a rollout, or guard.NewRollout() between rollouts
/// for (var update = 0; update &lt; updates; update++)
/// {
///     var logProbs = LogProbs(policy, tokens);
///     if (guard.ShouldStop(logProbs, oldLogProbs, mask)) break;  // before the step: what the steps so far have done
///     ...
/// }
/// </code>
/// Statistics are made on the device of the log-probabilities. <see cref="ShouldStop"/> reads the host once where a limit is set; <see cref="Record"/>,
/// and <see cref="ShouldStop"/> without limits, never do.
/// </summary>
public sealed class RatioGuard : IDisposable
{
    private readonly List<Tensor> measured = [];
    private readonly Clip region = Clip.Symmetric(0.2);
    private readonly double? maxKl;
    private readonly double? maxOutside;
    private readonly double? maxRatio;

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

    /// <summary>Stop when the token mean of k3 is larger. 0.02 is a start. Null: no such limit.</summary>
    public double? MaxKl
    {
        get => maxKl;
        init => maxKl = value is { } limit ? Require.NotNegative(limit, nameof(MaxKl)) : null;
    }

    /// <summary>Stop when a larger share of tokens is outside <see cref="Region"/>, 0 to 1. Null: no such limit.</summary>
    public double? MaxOutside
    {
        get => maxOutside;
        init => maxOutside = value is { } limit ? Require.Between(limit, 0, 1, nameof(MaxOutside)) : null;
    }

    /// <summary>Stop when one ratio is larger than this or smaller than its inverse; more than 1. Null: no such limit.</summary>
    public double? MaxRatio
    {
        get => maxRatio;
        init => maxRatio = value is null or (> 1 and < double.PositiveInfinity)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxRatio), value, "wanted a finite number of more than 1.");
    }

    /// <summary>The number of updates recorded since the rollout began.</summary>
    public int Updates => measured.Count;

    private bool HasLimits => maxKl is not null || maxOutside is not null || maxRatio is not null;

    /// <summary>Records where the ratios are, and says whether a limit is passed. NaN passes every limit. One host read where a limit is set, else none.</summary>
    /// <param name="logProbs">Log-probabilities of the tokens under the policy as it is, any shape; read without graph.</param>
    /// <param name="oldLogProbs">Log-probabilities under the policy that sampled, shaped as <paramref name="logProbs"/>.</param>
    /// <param name="mask">bool, or numbers that are 0 where a token does not count; shaped as <paramref name="logProbs"/>. Null: all count.</param>
    /// <param name="advantages">For <see cref="RatioStatistics.ClipFraction"/>: a shape that broadcasts against <paramref name="logProbs"/>, such as <c>[B, 1]</c>.</param>
    public bool ShouldStop(Tensor logProbs, Tensor oldLogProbs, Tensor? mask = null, Tensor? advantages = null)
    {
        Record(logProbs, oldLogProbs, mask, advantages);
        if (!HasLimits)
        {
            return false;
        }

        var now = Read(measured[^1])[0];
        return (maxKl is { } kl && !(now.Kl <= kl))
            || (maxOutside is { } outside && !(now.Outside <= outside))
            || (maxRatio is { } ratio && !(now.LargestRatio <= ratio && now.SmallestRatio >= 1 / ratio));
    }

    /// <summary>Records where the ratios are; no host read. Parameters as those of <see cref="ShouldStop"/>.</summary>
    /// <param name="logProbs">Log-probabilities of the tokens under the policy as it is.</param>
    /// <param name="oldLogProbs">Log-probabilities under the policy that sampled.</param>
    /// <param name="mask">Which tokens count; null: all.</param>
    /// <param name="advantages">Advantages; null: no clip fraction.</param>
    public void Record(Tensor logProbs, Tensor oldLogProbs, Tensor? mask = null, Tensor? advantages = null)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var ratios = TokenRatios.From(logProbs, oldLogProbs, mask);
        if (advantages is not null)
        {
            Require.Usable(advantages, nameof(advantages));
            Require.SameDevice(advantages, nameof(advantages), logProbs);
        }

        // Kept until the next rollout, whatever scopes the updates of this one open and close.
        measured.Add(RatioStatistics.Measure(ratios.LogRatio, ratios.Mask, region, advantages).DetachFromDisposeScope());
    }

    /// <summary>What was recorded since the rollout began, an update each; one host read.</summary>
    public IReadOnlyList<RatioStatistics> Read()
    {
        if (measured.Count == 0)
        {
            return [];
        }

        using var scope = NewDisposeScope();
        using var grad = no_grad();
        return Read(stack(measured, 0));
    }

    /// <summary>Forgets what was recorded: the next update is the first of another rollout.</summary>
    public void NewRollout()
    {
        measured.ForEach(m => m.Dispose());
        measured.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => NewRollout();

    private static RatioStatistics[] Read(Tensor statistics)
    {
        using var scope = NewDisposeScope();
        var numbers = statistics.to(ScalarType.Float64).cpu().reshape(-1).data<double>().ToArray();
        var all = new RatioStatistics[numbers.Length / RatioStatistics.Count];
        for (var i = 0; i < all.Length; i++)
        {
            all[i] = RatioStatistics.From(numbers.AsSpan(i * RatioStatistics.Count, RatioStatistics.Count));
        }

        return all;
    }
}
