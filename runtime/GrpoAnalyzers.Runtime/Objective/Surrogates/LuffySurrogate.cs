namespace GrpoAnalyzers.Runtime;

/// <summary>
/// -A pi / (pi + Shaping) on completions that the policy did not sample, another surrogate on its own (LUFFY, 2504.14945). Which are which:
/// <see cref="LossInputs.OffPolicy"/>. Group statistics go over both.
/// </summary>
/// <param name="OnPolicy">The surrogate of the policy's own completions.</param>
/// <param name="Shaping">gamma; the paper takes 0.1.</param>
public sealed record LuffySurrogate(Surrogate OnPolicy, double Shaping = 0.1) : Surrogate
{
    /// <inheritdoc/>
    public override SurrogateTerms Evaluate(TokenBatch batch)
    {
        Require.Positive(Shaping, nameof(Shaping));
        var own = OnPolicy.Evaluate(batch);
        var probability = batch.LogProbs.clamp_max(0).exp();
        var demonstration = (probability / (probability + Shaping) * batch.Advantages).neg();
        return own with { Loss = where(batch.Layout.Spread(batch.OffPolicy), demonstration, own.Loss + zeros_like(demonstration)) };
    }
}
