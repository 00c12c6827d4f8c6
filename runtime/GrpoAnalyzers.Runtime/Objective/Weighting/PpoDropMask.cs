namespace GrpoAnalyzers.Runtime;

/// <summary>0 where PPO would clip (A &gt; 0 and I &gt; 1 + High, or A &lt; 0 and I &lt; 1 - Low), else 1: M of CISPO's row in Table 1.</summary>
/// <param name="Clip">The region.</param>
public sealed record PpoDropMask(Clip Clip) : TokenWeight
{
    /// <inheritdoc/>
    public override Tensor Of(TokenBatch batch)
    {
        Clip.Check();
        var ratio = batch.LogRatio.detach().exp();
        var up = batch.Advantages.gt(0).logical_and(ratio.gt(1 + Clip.High));
        var down = batch.Advantages.lt(0).logical_and(ratio.lt(1 - Clip.Low));
        return up.logical_or(down).logical_not().to(batch.Layout.MathType);
    }
}
