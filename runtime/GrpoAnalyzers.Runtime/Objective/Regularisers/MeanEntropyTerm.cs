namespace GrpoAnalyzers.Runtime;

/// <summary>+Coefficient x mean entropy of the completion x s: R of GTPO (2508.03772), an entropy that lowers the completion's advantage. Needs entropies.</summary>
/// <param name="Coefficient">gamma; the authors take 0.1.</param>
/// <param name="Ratio">s.</param>
public sealed record MeanEntropyTerm(double Coefficient, Ratio Ratio) : Regulariser
{
    /// <inheritdoc/>
    public override bool SharesTokenWeights => true;

    /// <inheritdoc/>
    public override Tensor? Evaluate(TokenBatch batch)
    {
        Require.NotNegative(Coefficient, nameof(Coefficient));
        var entropy = batch.Layout.Spread(batch.Layout.MeanBySequence(batch.Entropy));
        return Ratio.Of(batch) * entropy * Coefficient;
    }
}
