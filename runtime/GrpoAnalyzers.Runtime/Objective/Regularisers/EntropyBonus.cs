namespace GrpoAnalyzers.Runtime;

/// <summary>-Coefficient x H: rewards spread-out next-token distributions. The gradient goes through <see cref="LossInputs.Entropy"/>.</summary>
/// <param name="Coefficient">Its weight.</param>
public sealed record EntropyBonus(double Coefficient) : Regulariser
{
    /// <inheritdoc/>
    public override Tensor? Evaluate(TokenBatch batch) =>
        Require.NotNegative(Coefficient, nameof(Coefficient)) == 0 ? null : batch.EntropyWithGradient * -Coefficient;
}
