namespace GrpoAnalyzers.Runtime;

/// <summary>exp of the mean log-ratio of the completion (2507.18071, GSPO). The paper's Table 1 prints it without the exponent 1/|o|.</summary>
public sealed record SequenceGeometricMeanRatio : Ratio
{
    /// <inheritdoc/>
    public override Tensor Of(TokenBatch batch) => batch.Layout.Spread(batch.Layout.MeanBySequence(batch.LogRatio).exp());
}
