namespace GrpoAnalyzers.Runtime;

/// <summary>
/// -sg[phi] A log pi, phi = exp(lambda + k ln w - lambda w), w the product of the completion's ratios (VESPO, defaults of TRL). A token truncation
/// of the sampler's mismatch is folded into ln w, never multiplied on top.
/// </summary>
public sealed record VespoSurrogate : Surrogate
{
    /// <summary>k where A &gt;= 0.</summary>
    public double PowerPositive { get; init; } = 2;

    /// <summary>lambda where A &gt;= 0.</summary>
    public double RatePositive { get; init; } = 3;

    /// <summary>k where A &lt; 0.</summary>
    public double PowerNegative { get; init; } = 3;

    /// <summary>lambda where A &lt; 0.</summary>
    public double RateNegative { get; init; } = 2;

    /// <summary>Upper bound of pi_old / pi_behaviour of a token, whose logarithm is added to ln w; null: the sampler's mismatch is left alone.</summary>
    public double? MismatchMax { get; init; }

    /// <inheritdoc/>
    public override SurrogateTerms Evaluate(TokenBatch batch)
    {
        var layout = batch.Layout;
        var logWeight = layout.SumBySequence(batch.LogRatio.detach());
        if (MismatchMax is { } max)
        {
            var mismatch = batch.OldLogProbs - batch.BehaviourLogProbs;
            logWeight = logWeight + layout.SumBySequence(mismatch.clamp_max(Math.Log(Require.Positive(max, nameof(MismatchMax)))));
        }

        var z = layout.Spread(logWeight.clamp(Math.Log(1e-8), TokenBatch.LogRatioBound));
        var negative = batch.Advantages.lt(0);
        var power = full_like(batch.Advantages, PowerPositive).masked_fill(negative, PowerNegative);
        var rate = full_like(batch.Advantages, RatePositive).masked_fill(negative, RateNegative);
        var phi = StopGradient.Of((rate + power * z - rate * z.exp()).exp());
        return new SurrogateTerms((phi * batch.Advantages * batch.LogProbs).neg(), batch.LogRatio.detach().exp(), null);
    }
}
