namespace GrpoAnalyzers.Runtime;

/// <summary>
/// An estimate of KL(pi || ref) from one sample a token, D = log pi - log ref. D is bounded to +-20 before it is exponentiated, so that neither
/// value nor gradient overflows; beyond the bound the estimate is constant. All differ in their gradients more than in their values.
/// </summary>
public abstract record KlEstimator
{
    /// <summary>D. Unbiased; its expected gradient is zero, so that it is useless as a loss (it is right inside the reward).</summary>
    public static KlEstimator K1 { get; } = new K1Estimator();

    /// <summary>D^2 / 2. Its on-policy gradient is that of KL(pi || ref).</summary>
    public static KlEstimator K2 { get; } = new K2Estimator();

    /// <summary>exp(-D) + D - 1. Unbiased and never negative; its on-policy gradient is that of the forward KL(ref || pi).</summary>
    public static KlEstimator K3 { get; } = new K3Estimator();

    /// <summary>|D|.</summary>
    public static KlEstimator Absolute { get; } = new AbsoluteEstimator();

    /// <summary>I x k3, with the gradient through I too: I D. Unbiased off the policy that sampled (DeepSeek-V3.2).</summary>
    public static KlEstimator ImportanceWeightedK3 { get; } = new ImportanceWeightedK3Estimator(Ratio.Token);

    /// <summary>k3 in value, with the gradient D of KL(pi || ref), for samples of the policy itself.</summary>
    public static KlEstimator OnPolicyK3 { get; } = new ImportanceWeightedK3Estimator(Ratio.One);

    /// <summary>k3 in value, k2 in gradient (verl's k3+).</summary>
    public static KlEstimator K3ValueK2Gradient { get; } = new K3ValueK2GradientEstimator();

    /// <summary>The estimate of every token.</summary>
    /// <param name="batch">The checked batch.</param>
    public abstract Tensor Of(TokenBatch batch);

    private protected static Tensor Difference(TokenBatch batch) =>
        (batch.LogProbs - batch.ReferenceLogProbs).clamp(-TokenBatch.LogRatioBound, TokenBatch.LogRatioBound);

    private protected static Tensor K3Of(Tensor difference) => difference.neg().exp() + difference - 1;
}
