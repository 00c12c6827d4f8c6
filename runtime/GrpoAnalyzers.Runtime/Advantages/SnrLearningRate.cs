namespace GrpoAnalyzers.Runtime;

/// <summary>
/// eta = (1/L) g^2 / (g^2 + V): the step that makes the most of an L-smooth objective when the gradient has squared norm g^2 and variance V. Derived,
/// consistent with the abstract of OBLR-PO (2511.23310); not taken from its equations.
/// </summary>
/// <param name="BaseRate">1/L: the rate without noise.</param>
public sealed record SnrLearningRate(double BaseRate)
{
    /// <summary>The least rate.</summary>
    public double MinRate { get; init; }

    /// <summary>The largest rate; null: <see cref="BaseRate"/>.</summary>
    public double? MaxRate { get; init; }

    /// <summary>The rate.</summary>
    /// <param name="gradientSquaredNorm">g^2 of the expected gradient.</param>
    /// <param name="gradientVariance">V: the trace of the covariance of the gradient that is stepped with.</param>
    public double Of(double gradientSquaredNorm, double gradientVariance)
    {
        Require.Positive(BaseRate, nameof(BaseRate));
        Require.NotNegative(MinRate, nameof(MinRate));
        Require.NotNegative(gradientSquaredNorm, nameof(gradientSquaredNorm));
        Require.NotNegative(gradientVariance, nameof(gradientVariance));
        var share = gradientSquaredNorm == 0 ? 0 : gradientSquaredNorm / (gradientSquaredNorm + gradientVariance);
        return Math.Max(MinRate, Math.Min(MaxRate ?? BaseRate, BaseRate * share));
    }

    /// <summary>Both numbers from the gradients of M micro-batches: V = sum |g_m - mean|^2 / (M (M - 1)), g^2 = max(0, |mean|^2 - V).</summary>
    /// <param name="gradients">One flat gradient a micro-batch, <c>[M, D]</c>, M at least 2. Read on the host.</param>
    public static (double SquaredNorm, double Variance) Measure(Tensor gradients)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        Require.Floating(gradients, nameof(gradients));
        if (gradients.dim() != 2 || gradients.shape[0] < 2 || gradients.shape[1] == 0)
        {
            throw new ArgumentException($"wanted shape [M, D] with M of at least 2, found {Require.Show(gradients.shape)}.", nameof(gradients));
        }

        var values = gradients.detach().to(ScalarType.Float64);
        Require.Finite(values, nameof(gradients));
        var count = (double)values.shape[0];
        var mean = values.mean([0], keepdim: true);
        var variance = (values - mean).square().sum().ToDouble() / (count * (count - 1));
        return (Math.Max(0, mean.square().sum().ToDouble() - variance), variance);
    }
}
