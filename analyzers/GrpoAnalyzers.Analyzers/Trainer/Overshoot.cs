namespace GrpoAnalyzers.Trainer;

/// <summary>How far Adam goes on when its gradient has become zero (arXiv 2601.05002, equations 36 and 37).</summary>
internal static class Overshoot
{
    /// <summary>The share of a step that is left in the k-th update without gradient, after many with it.</summary>
    /// <param name="beta1">Decay of the first moment, in [0, 1).</param>
    /// <param name="beta2">Decay of the second moment, in (0, 1).</param>
    /// <param name="updates">The update, from 1.</param>
    /// <returns>The share, or null for constants that are no decays.</returns>
    public static double? Residual(double beta1, double beta2, int updates) =>
        beta1 is >= 0 and < 1 && beta2 is > 0 and < 1 && updates > 0 ? Math.Pow(beta1 / Math.Sqrt(beta2), updates) : null;
}
