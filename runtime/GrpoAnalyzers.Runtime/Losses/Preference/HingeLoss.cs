namespace GrpoAnalyzers.Runtime;

/// <summary>max(0, 1 - Beta m), with the ratio to the reference (the hinge of TRL; see <see cref="SlicLoss"/> for SLiC-HF itself).</summary>
/// <param name="Beta">0.1 by custom.</param>
public sealed record HingeLoss(double Beta = 0.1) : PreferenceLoss
{
    /// <inheritdoc/>
    public override Tensor PerPair(PreferenceBatch batch) => (1 - batch.Margin * Require.Positive(Beta, nameof(Beta))).clamp_min(0);
}
