namespace GrpoAnalyzers.Runtime;

/// <summary>
/// -I A without a clip, plus coefficient x |log I| on the tokens of highest covariance of advantage and log-probability (KL-Cov, 2505.22617).
/// Defined on the micro-batch.
/// </summary>
/// <param name="Coefficient">Of the penalty; the paper takes 1, verl's configuration class 0.1.</param>
/// <param name="Share">Share of all tokens that is penalised, at least one token; verl: 2e-4.</param>
public sealed record KlCovSurrogate(double Coefficient = 1, double Share = 2e-4) : Surrogate
{
    /// <inheritdoc/>
    public override SurrogateTerms Evaluate(TokenBatch batch)
    {
        Require.NotNegative(Coefficient, nameof(Coefficient));
        Require.Between(Share, 0, 1, nameof(Share));
        var covariance = CovarianceOfTokens.Of(batch).masked_fill(batch.Layout.Mask.logical_not(), double.NegativeInfinity).reshape(-1);
        var place = covariance.argsort(0, descending: true).argsort(0).reshape(batch.LogProbs.shape);
        var chosen = place.lt((batch.TokenCount * Share).floor().clamp_min(1));
        var ratio = batch.LogRatio.exp();
        var penalty = (batch.LogRatio.abs() * Coefficient).masked_fill(chosen.logical_not(), 0);
        return new SurrogateTerms(penalty - ratio * batch.Advantages, ratio.detach(), null);
    }
}
