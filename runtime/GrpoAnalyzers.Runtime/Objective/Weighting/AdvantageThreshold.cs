namespace GrpoAnalyzers.Runtime;

/// <summary>1 where |A| &gt; Threshold, else 0: CPPO's indicator as Table 1 has it. The advantage is the completion's, times <see cref="Scale"/>.</summary>
/// <param name="Threshold">gamma.</param>
public sealed record AdvantageThreshold(double Threshold) : TokenWeight
{
    /// <summary>
    /// What the advantages that are passed in are multiplied with before the comparison, such as the deviation that they were divided by:
    /// the indicator of Table 1 looks at r - mean. Default 1.
    /// </summary>
    public double Scale { get; init; } = 1;

    /// <inheritdoc/>
    public override Tensor Of(TokenBatch batch)
    {
        Require.NotNegative(Threshold, nameof(Threshold));
        Require.Positive(Scale, nameof(Scale));
        return batch.Layout.Spread((batch.CompletionAdvantages * Scale).abs().gt(Threshold).to(batch.Layout.MathType));
    }
}
