namespace GrpoAnalyzers.Runtime;

/// <summary>-(A log pi - Coefficient / 2 (log I)^2): a quadratic pull in the place of a clip (DRO, 2405.19107, as verl has it).</summary>
/// <param name="Coefficient">b; must be positive. No published default.</param>
public sealed record DroSurrogate(double Coefficient) : Surrogate
{
    /// <inheritdoc/>
    public override SurrogateTerms Evaluate(TokenBatch batch)
    {
        Require.Positive(Coefficient, nameof(Coefficient));
        var loss = batch.LogRatio.square() * (Coefficient / 2) - batch.LogProbs * batch.Advantages;
        return new SurrogateTerms(loss, batch.LogRatio.detach().exp(), null);
    }
}
