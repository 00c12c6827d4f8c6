namespace GrpoAnalyzers.Runtime;

/// <summary>KL(N(mean, exp(logVariance)) || N(0, 1)) with a diagonal covariance.</summary>
public static class GaussianKl
{
    /// <summary>The divergence of each row, <c>[B]</c>.</summary>
    /// <param name="mean"><c>[B, d]</c>.</param>
    /// <param name="logVariance"><c>[B, d]</c>.</param>
    public static Tensor Of(Tensor mean, Tensor logVariance)
    {
        using var scope = NewDisposeScope();
        Require.Floating(mean, nameof(mean));
        Require.Floating(logVariance, nameof(logVariance));
        if (mean.dim() != 2 || mean.numel() == 0)
        {
            throw new ArgumentException($"wanted shape [B, d] with at least one of each, found {Require.Show(mean.shape)}.", nameof(mean));
        }

        Require.Shape(logVariance, nameof(logVariance), mean.shape);
        Require.SameDevice(logVariance, nameof(logVariance), mean);
        if (Require.Values(null, mean))
        {
            Require.Finite(mean, nameof(mean));
            Require.Finite(logVariance, nameof(logVariance));
        }

        var type = Require.MathType(mean.dtype);
        var (m, v) = (mean.to(type), logVariance.to(type));
        return ((m.square() + v.clamp_max(80).exp() - 1 - v).sum(1) / 2).MoveToOuterDisposeScope();
    }
}
