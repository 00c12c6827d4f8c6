namespace GrpoAnalyzers.Runtime;

/// <summary>How far apart two policies are at one sampled token, seen as a coin flip: this token or another.</summary>
public enum BinaryDivergence
{
    /// <summary>|pi - pi_old|.</summary>
    TotalVariation,

    /// <summary>KL(pi_old || pi).</summary>
    KullbackLeibler,
}

/// <summary>
/// -A sg[min(I, RatioMax)] log pi, dropped where the policy has already moved further than a divergence threshold in the direction its advantage
/// pushes (DPPO; defaults of prime-rl).
/// </summary>
/// <param name="Divergence">Which divergence.</param>
/// <param name="Low">Threshold where A &lt;= 0.</param>
/// <param name="High">Threshold where A &gt; 0.</param>
public sealed record DppoSurrogate(BinaryDivergence Divergence = BinaryDivergence.TotalVariation, double Low = 0.2, double High = 0.2) : Surrogate
{
    /// <summary>Upper bound of the weight.</summary>
    public double RatioMax { get; init; } = 20;

    /// <inheritdoc/>
    public override SurrogateTerms Evaluate(TokenBatch batch)
    {
        Require.NotNegative(Low, nameof(Low));
        Require.NotNegative(High, nameof(High));
        var advantages = batch.Advantages;
        var log = batch.LogProbs.detach();
        var p = log.exp().clamp_max(1);
        var q = batch.OldLogProbs.exp().clamp_max(1);
        Tensor up, down;
        if (Divergence == BinaryDivergence.TotalVariation)
        {
            (up, down) = ((p - q).gt(High), (q - p).gt(Low));
        }
        else
        {
            const double floor = 1e-8;
            var kl = q * (batch.OldLogProbs - log) + (1 - q) * ((1 - q + floor) / (1 - p + floor)).log();
            (up, down) = (kl.gt(High).logical_and(p.gt(q)), kl.gt(Low).logical_and(p.lt(q)));
        }

        var drop = where(advantages.gt(0), up, down);
        var weight = StopGradient.Of(batch.LogRatio.exp().clamp_max(Require.Positive(RatioMax, nameof(RatioMax))).masked_fill(drop, 0));
        return new SurrogateTerms((weight * advantages * batch.LogProbs).neg(), batch.LogRatio.detach().exp(), null);
    }
}
