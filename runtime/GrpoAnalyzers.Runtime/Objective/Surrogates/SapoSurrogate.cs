namespace GrpoAnalyzers.Runtime;

/// <summary>
/// -A (4 / tau) sigmoid(tau (I - 1)): a soft gate in the place of a clip (SAPO, 2511.20347); its slope at ratio 1 is that of I A.
/// </summary>
/// <param name="TemperaturePositive">tau where A &gt; 0; the paper and TRL take 1.0.</param>
/// <param name="TemperatureNegative">tau elsewhere; the paper and TRL take 1.05.</param>
public sealed record SapoSurrogate(double TemperaturePositive = 1.0, double TemperatureNegative = 1.05) : Surrogate
{
    /// <inheritdoc/>
    public override SurrogateTerms Evaluate(TokenBatch batch)
    {
        var advantages = batch.Advantages;
        var positive = full_like(advantages, Require.Positive(TemperaturePositive, nameof(TemperaturePositive)));
        var tau = positive.masked_fill(advantages.le(0), Require.Positive(TemperatureNegative, nameof(TemperatureNegative)));
        var ratio = Ratio.Token.Of(batch);
        return new SurrogateTerms((tau * (ratio - 1)).sigmoid() * (4 / tau) * advantages.neg(), ratio.detach(), null);
    }
}
