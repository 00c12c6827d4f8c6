namespace GrpoAnalyzers.Runtime;

/// <summary>max(0, Delta - log pi(chosen) + log pi(rejected)) - Lambda log pi(chosen) (SLiC-HF, 2305.10425), without a reference. Likelihoods are sums.</summary>
/// <param name="Delta">The margin.</param>
/// <param name="Lambda">Weight of the likelihood.</param>
public sealed record SlicLoss(double Delta = 1, double Lambda = 1) : PreferenceLoss
{
    /// <inheritdoc/>
    public override Tensor PerPair(PreferenceBatch batch) =>
        (Require.NotNegative(Delta, nameof(Delta)) - batch.Chosen + batch.Rejected).clamp_min(0) - batch.Chosen * Require.NotNegative(Lambda, nameof(Lambda));
}
