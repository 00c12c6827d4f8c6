namespace GrpoAnalyzers.Runtime;

/// <summary>
/// sg[min(max(I, Min), Max)] x log pi: a bounded weight on the policy gradient that never drops a token (CISPO, 2506.13585).
/// <see cref="Max"/> and <see cref="Min"/> are bounds of the ratio itself, not distances from 1.
/// </summary>
/// <param name="Max">Upper bound of the weight; null: none.</param>
/// <param name="Min">Lower bound of the weight; null: none.</param>
public sealed record StopGradientLogRatio(double? Max, double? Min = null) : Ratio
{
    /// <inheritdoc/>
    public override Tensor Of(TokenBatch batch)
    {
        var weight = batch.LogRatio.exp();
        weight = Max is { } max ? weight.clamp_max(Require.Positive(max, nameof(Max))) : weight;
        weight = Min is { } min ? weight.clamp_min(Require.NotNegative(min, nameof(Min))) : weight;
        return StopGradient.Of(weight) * batch.LogProbs;
    }
}
