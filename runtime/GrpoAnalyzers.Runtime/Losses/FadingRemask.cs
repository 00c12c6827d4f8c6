namespace GrpoAnalyzers.Runtime;

/// <summary>How MaskGRPO (2510.02880) masks: later tokens of a completion more, and more from round to round.</summary>
public static class FadingRemask
{
    /// <summary>
    /// The probability that each of <paramref name="length"/> positions is masked. Its mean is <paramref name="ratio"/> down to 0.5; below, the first
    /// positions are always kept and the mean is larger. A single position is masked with probability <paramref name="ratio"/>.
    /// </summary>
    /// <param name="length">Positions of the completion, at least 1.</param>
    /// <param name="ratio">The masked share, from 0 to 1.</param>
    public static double[] Probabilities(int length, double ratio)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        Require.Between(ratio, 0, 1, nameof(ratio));
        return length == 1
            ? [ratio]
            : [.. Enumerable.Range(0, length).Select(n => 1 - Math.Min(1, (1 - n / (length - 1.0)) * (1 - ratio) * 2))];
    }

    /// <summary>The masked shares of the rounds: gamma + (1 - gamma) j / rounds for j = 1 to rounds.</summary>
    /// <param name="gamma">Where it begins; the paper takes 0.6 for text and 0.8 for images.</param>
    /// <param name="rounds">mu; the paper takes 12.</param>
    /// <param name="cap">The released code stops at 0.999; 1 as in the paper.</param>
    public static double[] Schedule(double gamma, int rounds, double cap = 1)
    {
        Require.Between(gamma, 0, 1, nameof(gamma));
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        Require.Between(cap, 0, 1, nameof(cap));
        return [.. Enumerable.Range(1, rounds).Select(j => Math.Min(cap, gamma + (1 - gamma) * j / rounds))];
    }
}
