namespace GrpoAnalyzers.Runtime;

/// <summary>Keeps the completions with |A| x Scale &gt; Threshold and drops the others from numerator and denominator (CPPO with gamma).</summary>
/// <param name="Threshold">gamma.</param>
/// <param name="Scale">What the advantages are multiplied with before the comparison; see <see cref="AdvantageThreshold.Scale"/>.</param>
public sealed record ThresholdPruning(double Threshold, double Scale = 1) : CompletionPruning
{
    /// <inheritdoc/>
    public override Tensor Keep(TokenBatch batch)
    {
        Require.NotNegative(Threshold, nameof(Threshold));
        Require.Positive(Scale, nameof(Scale));
        return (batch.CompletionAdvantages * Scale).abs().gt(Threshold);
    }
}
