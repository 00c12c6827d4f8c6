namespace GrpoAnalyzers.Fingerprint;

/// <summary>The row of the unified formulation (arXiv 2601.05002, equation 1 and Table 1) that a loss is.</summary>
/// <param name="Weighting">The weight alpha of a token.</param>
/// <param name="Ratio">The ratio s.</param>
/// <param name="Surrogate">How ratio and advantage make the surrogate.</param>
/// <param name="Clip">The clip and its bounds.</param>
/// <param name="Regulariser">The terms beside the surrogate.</param>
/// <param name="Advantage">How the advantage is estimated.</param>
/// <param name="Updates">How often a rollout's row is used.</param>
/// <param name="Optimiser">What steps on the gradient.</param>
/// <param name="Residual">What is left of a step once the clip has stopped the gradient.</param>
internal sealed record LossRow(
    Part Weighting, Part Ratio, Part Surrogate, Part Clip, Part Regulariser, Part Advantage, Part Updates, Part Optimiser, Part Residual)
{
    /// <summary>The method whose row this is or is nearest to, and how it differs.</summary>
    public string Method => NamedMethods.Nearest(this);

    /// <summary>Whether everything that makes the loss itself is known; updates and optimiser may stand elsewhere.</summary>
    public bool IsWhole => Weighting.IsKnown && Ratio.IsKnown && Surrogate.IsKnown && Clip.IsKnown && Regulariser.IsKnown && Advantage.IsKnown;

    /// <summary>The parts with their names, in the order in which they are read out.</summary>
    public IEnumerable<(string Name, string Text)> Parts
    {
        get
        {
            yield return ("method", Method);
            yield return ("weighting", Weighting.ToString());
            yield return ("ratio", Ratio.ToString());
            yield return ("surrogate", Surrogate.ToString());
            yield return ("clip", Clip.ToString());
            yield return ("regulariser", Regulariser.ToString());
            yield return ("advantage", Advantage.ToString());
            yield return ("updates", Updates.ToString());
            yield return ("optimiser", Optimiser.ToString());
            yield return ("residual", Residual.ToString());
        }
    }
}
