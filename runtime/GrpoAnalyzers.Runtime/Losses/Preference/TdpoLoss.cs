namespace GrpoAnalyzers.Runtime;

/// <summary>
/// -log sigmoid(Beta [m - Alpha (K_l - K_w)]), K the summed KL(ref || pi) along an answer over the whole vocabulary (TDPO, 2404.11999). TDPO1: Alpha 1
/// with both gradients; TDPO2: Alpha 0.5 with the preferred answer's KL held fixed.
/// </summary>
public sealed record TdpoLoss : PreferenceLoss
{
    /// <summary>0.1 in the paper.</summary>
    public double Beta { get; init; } = 0.1;

    /// <summary>Weight of the KL difference; only of TDPO2.</summary>
    public double Alpha { get; init; } = 0.5;

    /// <summary>TDPO2; false: TDPO1.</summary>
    public bool DetachChosenKl { get; init; } = true;

    /// <inheritdoc/>
    public override Tensor PerPair(PreferenceBatch batch)
    {
        var difference = DetachChosenKl
            ? (batch.RejectedKl - StopGradient.Of(batch.ChosenKl)) * Require.NotNegative(Alpha, nameof(Alpha))
            : batch.RejectedKl - batch.ChosenKl;
        return NegLogSigmoid((batch.Margin - difference) * Require.Positive(Beta, nameof(Beta)));
    }
}
