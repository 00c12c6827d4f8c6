namespace GrpoAnalyzers.Runtime;

/// <summary>The KL penalty inside the reward, in the place of one in the loss (RLOO, REINFORCE++): r - beta x sum of log pi_old - log ref.</summary>
public static class KlInReward
{
    /// <summary>Rewards less the penalty, <c>[B]</c>.</summary>
    /// <param name="rewards">Floating point, <c>[B]</c>.</param>
    /// <param name="inputs">Reads the mask, old and reference log-probabilities.</param>
    /// <param name="coefficient">beta; TRL takes 0.05 for RLOO.</param>
    public static Tensor Apply(Tensor rewards, LossInputs inputs, double coefficient)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        Require.NotNegative(coefficient, nameof(coefficient));
        var batch = TokenBatch.From((inputs ?? throw new ArgumentNullException(nameof(inputs))) with { Rewards = rewards });
        var divergence = batch.Layout.SumBySequence(batch.OldLogProbs - batch.ReferenceLogProbs);
        return (batch.Rewards - divergence * coefficient).MoveToOuterDisposeScope();
    }
}
