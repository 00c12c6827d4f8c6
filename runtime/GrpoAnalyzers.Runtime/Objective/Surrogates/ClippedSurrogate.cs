namespace GrpoAnalyzers.Runtime;

/// <summary>
/// -min(s A, clip(s, 1 - Low, 1 + High) A) (PPO, 1707.06347). The token stops pushing once its ratio has left the region in the direction
/// its advantage pushes; with A &lt; 0 and s above the region the loss goes on growing unless <see cref="Clip.DualClip"/> or
/// <see cref="Clip.RatioMax"/> bounds it.
/// </summary>
/// <param name="Ratio">s.</param>
/// <param name="Clip">The region.</param>
public sealed record ClippedSurrogate(Ratio Ratio, Clip Clip) : Surrogate
{
    /// <inheritdoc/>
    public override SurrogateTerms Evaluate(TokenBatch batch)
    {
        Clip.Check();
        var advantages = batch.Advantages;
        var ratio = Ratio.Of(batch);
        var free = Clip.RatioMax is { } max ? ratio.clamp_max(max) : ratio;
        var loss = (free * advantages).minimum(ratio.clamp(1 - Clip.Low, 1 + Clip.High) * advantages).neg();
        if (Clip.DualClip is { } dual)
        {
            loss = where(advantages.lt(0), loss.minimum(advantages * -dual), loss);
        }

        return new SurrogateTerms(loss, ratio.detach(), Clip);
    }
}
