namespace GrpoAnalyzers.Runtime;

/// <summary>-Coefficient x H: rewards spread-out next-token distributions. The gradient goes through <see cref="LossInputs.Entropy"/> only if it is made of the policy; here it is a constant input, so that <see cref="EntropyTensor"/> carries it.</summary>
/// <param name="Coefficient">Its weight.</param>
/// <param name="EntropyTensor">Entropies with their graph, shaped as the log-probabilities.</param>
public sealed record EntropyBonus(double Coefficient, Tensor EntropyTensor) : Regulariser
{
    /// <inheritdoc/>
    public override Tensor? Evaluate(TokenBatch batch)
    {
        Require.NotNegative(Coefficient, nameof(Coefficient));
        Require.Floating(EntropyTensor, nameof(EntropyTensor));
        Require.Shape(EntropyTensor, nameof(EntropyTensor), batch.LogProbs.shape);
        Require.SameDevice(EntropyTensor, nameof(EntropyTensor), batch.LogProbs);
        return batch.Layout.Masked(EntropyTensor.to(batch.Layout.MathType)) * -Coefficient;
    }
}
