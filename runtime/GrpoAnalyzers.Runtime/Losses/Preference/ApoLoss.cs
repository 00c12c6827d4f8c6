namespace GrpoAnalyzers.Runtime;

/// <summary>Where APO anchors.</summary>
public enum ApoAnchor
{
    /// <summary>The preferred answer gets likelier, the rejected one less likely: for answers better than the policy's.</summary>
    Zero,

    /// <summary>Both get less likely, the rejected one more so: for answers worse than the policy's.</summary>
    Down,
}

/// <summary>Anchored preference optimisation (2408.06266, eqs. 7 and 8, as TRL has them): zero is 1 - sigmoid(Beta a) + sigmoid(Beta b), down is sigmoid(Beta a) + 1 - sigmoid(Beta (a - b)).</summary>
/// <param name="Anchor">Which one.</param>
/// <param name="Beta">0.1 by custom.</param>
public sealed record ApoLoss(ApoAnchor Anchor = ApoAnchor.Zero, double Beta = 0.1) : PreferenceLoss
{
    /// <inheritdoc/>
    public override Tensor PerPair(PreferenceBatch batch)
    {
        Require.Positive(Beta, nameof(Beta));
        var chosen = (batch.ChosenLogRatio * Beta).sigmoid();
        return Anchor == ApoAnchor.Zero
            ? 1 - chosen + (batch.RejectedLogRatio * Beta).sigmoid()
            : chosen + 1 - (batch.Margin * Beta).sigmoid();
    }
}
