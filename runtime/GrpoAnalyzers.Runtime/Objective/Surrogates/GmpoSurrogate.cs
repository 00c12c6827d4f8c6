namespace GrpoAnalyzers.Runtime;

/// <summary>
/// -A exp(mean of one-sidedly clipped log-ratios): the geometric mean of a completion's ratios, each clipped in log space only in the direction
/// its advantage pushes (GMPO, 2507.20673). The bounds are distances of log I, not of I.
/// </summary>
/// <param name="LogLow">Distance below 0; the paper takes 0.4, verl 0.2.</param>
/// <param name="LogHigh">Distance above 0; the paper takes 0.4, verl 0.2.</param>
public sealed record GmpoSurrogate(double LogLow = 0.4, double LogHigh = 0.4) : Surrogate
{
    /// <inheritdoc/>
    public override SurrogateTerms Evaluate(TokenBatch batch)
    {
        var layout = batch.Layout;
        var logRatio = batch.LogRatio;
        var bounded = logRatio.clamp(-Require.NotNegative(LogLow, nameof(LogLow)), Require.NotNegative(LogHigh, nameof(LogHigh)));
        var clipped = where(batch.Advantages.gt(0), logRatio.minimum(bounded), logRatio.maximum(bounded));
        var mean = layout.Spread(layout.MeanBySequence(clipped).exp());
        var clip = new Clip(1 - Math.Exp(-LogLow), Math.Exp(LogHigh) - 1);
        return new SurrogateTerms((mean * batch.Advantages).neg(), logRatio.detach().exp(), clip);
    }
}
