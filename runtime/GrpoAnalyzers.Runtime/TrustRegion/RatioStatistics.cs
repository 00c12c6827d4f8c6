using System.Globalization;

namespace GrpoAnalyzers.Runtime;

/// <summary>How far a policy has moved from the one that sampled, read on the host.</summary>
/// <param name="Kl">Token mean of k3, exp(d) - 1 - d with d = log pi - log pi_old: an estimate of KL(pi_old || pi) that is never negative.</param>
/// <param name="Outside">Share of tokens whose ratio is outside the region, whatever their advantage.</param>
/// <param name="ClipFraction">Share of tokens that the clip takes out of the gradient; NaN where no advantages were given.</param>
/// <param name="SmallestRatio">The smallest ratio pi / pi_old.</param>
/// <param name="LargestRatio">The largest ratio pi / pi_old.</param>
/// <param name="Tokens">The number of tokens.</param>
public sealed record RatioStatistics(double Kl, double Outside, double ClipFraction, double SmallestRatio, double LargestRatio, long Tokens)
{
    /// <summary>How many numbers <see cref="Measure"/> makes.</summary>
    internal const int Count = 6;

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"KL {Kl:G3}, {Outside:P1} of {Tokens} tokens outside, ratios {SmallestRatio:G3} to {LargestRatio:G3}");

    /// <summary>All statistics as one tensor <c>[6]</c> on the device, without a host read.</summary>
    internal static Tensor Measure(Tensor logRatio, Tensor mask, Clip region, Tensor? advantages)
    {
        var type = logRatio.dtype;
        var tokens = mask.to(type).sum();
        var divisor = tokens.clamp_min(1);
        var inside = logRatio.masked_fill(mask.logical_not(), 0);
        var ratio = inside.exp();
        var below = ratio.lt(1 - region.Low);
        var above = ratio.gt(1 + region.High);
        Tensor Share(Tensor which) => which.to(type).sum() / divisor;

        // k3 - not k1, in which tokens that rose and tokens that fell cancel; expm1 keeps what exp - 1 would lose near zero.
        var kl = (inside.expm1() - inside).sum() / divisor;

        // NaN is neither below nor above: counted outside, so that it does not pass for a ratio that stayed.
        var outside = Share(below.logical_or(above).logical_or(ratio.isnan()));
        var clipped = advantages is null
            ? full([], double.NaN, type, logRatio.device)
            : Share(below.logical_and(advantages.lt(0)).logical_or(above.logical_and(advantages.gt(0))));
        var smallest = ratio.masked_fill(mask.logical_not(), double.PositiveInfinity).min();
        var largest = ratio.masked_fill(mask.logical_not(), 0).max();
        return stack([kl, outside, clipped, smallest, largest, tokens], 0);
    }

    internal static RatioStatistics From(ReadOnlySpan<double> numbers) =>
        new(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], (long)numbers[5]);
}
