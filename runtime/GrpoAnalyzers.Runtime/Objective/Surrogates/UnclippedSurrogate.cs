namespace GrpoAnalyzers.Runtime;

/// <summary>-s A: every token keeps its push. With <see cref="Ratio.Log"/> this is REINFORCE, with a <see cref="StopGradientLogRatio"/> CISPO.</summary>
/// <param name="Ratio">s.</param>
public sealed record UnclippedSurrogate(Ratio Ratio) : Surrogate
{
    /// <inheritdoc/>
    public override SurrogateTerms Evaluate(TokenBatch batch) =>
        new((Ratio.Of(batch) * batch.Advantages).neg(), batch.HasOld ? batch.LogRatio.detach().exp() : null, null);
}
