namespace GrpoAnalyzers.Runtime;

/// <summary>
/// 0 for completions with A &lt; 0 whose mean of log pi_old - log pi is above <see cref="Threshold"/>, else 1 (DeepSeek-V3.2). The threshold is
/// unpublished; TRL's documentation suggests 0.5, slime takes 1e-4.
/// </summary>
/// <param name="Threshold">delta.</param>
public sealed record OffPolicySequenceMask(double Threshold) : OffPolicyCorrection
{
    /// <summary>Compares with the inference engine's log-probabilities in the place of the trainer's old ones.</summary>
    public bool AgainstBehaviour { get; init; }

    /// <inheritdoc/>
    public override Tensor? Of(TokenBatch batch)
    {
        Require.Finite(Threshold, nameof(Threshold));
        var before = AgainstBehaviour ? batch.BehaviourLogProbs : batch.OldLogProbs;
        var stale = batch.Layout.MeanBySequence(before - batch.LogProbs.detach()).gt(Threshold);
        return batch.Layout.Spread(stale.logical_and(batch.CompletionAdvantages.lt(0)).logical_not().to(batch.Layout.MathType));
    }
}
