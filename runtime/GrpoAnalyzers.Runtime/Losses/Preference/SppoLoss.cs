namespace GrpoAnalyzers.Runtime;

/// <summary>(a - 1/(2 Beta))^2 + (b + 1/(2 Beta))^2 on the log-ratios (SPPO with hard labels, 2405.00675, eq. 4.7, as TRL has it).</summary>
/// <param name="Beta">0.1 by custom.</param>
public sealed record SppoLoss(double Beta = 0.1) : PreferenceLoss
{
    /// <inheritdoc/>
    public override Tensor PerPair(PreferenceBatch batch)
    {
        var target = 1 / (2 * Require.Positive(Beta, nameof(Beta)));
        return (batch.ChosenLogRatio - target).square() + (batch.RejectedLogRatio + target).square();
    }
}
