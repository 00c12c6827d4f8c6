namespace GrpoAnalyzers.Runtime;

/// <summary>(m - 1 / (2 Beta))^2 (IPO, 2310.12036).</summary>
/// <param name="Beta">tau; 0.1 by custom.</param>
public sealed record IpoLoss(double Beta = 0.1) : PreferenceLoss
{
    /// <summary>Divides each log-ratio by its length, as TRL does, which says that the paper's results were had that way; its text does not mention it.</summary>
    public bool LengthNormalised { get; init; }

    /// <inheritdoc/>
    public override Tensor PerPair(PreferenceBatch batch)
    {
        var margin = LengthNormalised
            ? batch.ChosenLogRatio / batch.ChosenLengths - batch.RejectedLogRatio / batch.RejectedLengths
            : batch.Margin;
        return (margin - 1 / (2 * Require.Positive(Beta, nameof(Beta)))).square();
    }
}
