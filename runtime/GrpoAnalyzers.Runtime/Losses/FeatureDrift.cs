namespace GrpoAnalyzers.Runtime;

/// <summary>
/// How far features have drifted: the squared maximum mean discrepancy under a Gaussian kernel, and its weighted sum over layers. Derived, consistent
/// with the abstract of OWMMD (2501.12121); not taken from its equations. Learning the weights by plain descent collapses onto the layer that drifted
/// least: they need something that opposes it.
/// </summary>
public static class FeatureDrift
{
    /// <summary>MMD^2 of two samples, 0-dim. The unbiased estimate can be negative.</summary>
    /// <param name="old">Features of the frozen network, <c>[n, d]</c>; a constant.</param>
    /// <param name="current">Features of the trained network, <c>[m, d]</c>.</param>
    /// <param name="bandwidth">sigma of exp(-|x - y|^2 / (2 sigma^2)); null: the median distance of all pairs, 1 where that is 0.</param>
    /// <param name="unbiased">Leaves pairs of a point with itself out; needs two points on each side.</param>
    public static Tensor Mmd2(Tensor old, Tensor current, double? bandwidth = null, bool unbiased = true)
    {
        using var scope = NewDisposeScope();
        Check(old, nameof(old), unbiased);
        Check(current, nameof(current), unbiased);
        Require.SameDevice(current, nameof(current), old);
        if (old.shape[1] != current.shape[1])
        {
            throw new ArgumentException($"wanted {old.shape[1]} features as in {nameof(old)}, found {current.shape[1]}.", nameof(current));
        }

        var type = Require.MathType(current.dtype);
        var (x, y) = (old.detach().to(type), current.to(type));
        var (xx, yy, xy) = (SquaredDistances(x, x), SquaredDistances(y, y), SquaredDistances(x, y));
        var twoVariances = bandwidth is { } sigma
            ? full([], 2 * Require.Positive(sigma, nameof(bandwidth)) * sigma, type, x.device)
            : Median(xx, yy, xy);
        var (n, m) = ((double)x.shape[0], (double)y.shape[0]);
        Tensor Kernel(Tensor squared) => (squared / twoVariances).neg().exp().sum();
        var within = unbiased
            ? (Kernel(xx) - n) / (n * (n - 1)) + (Kernel(yy) - m) / (m * (m - 1))
            : Kernel(xx) / (n * n) + Kernel(yy) / (m * m);
        return (within - Kernel(xy) * (2 / (n * m))).MoveToOuterDisposeScope();
    }

    /// <summary>sum_l w_l MMD^2(old_l, current_l), 0-dim. The gradient reaches features and weights.</summary>
    /// <param name="layers">Features of each layer under the frozen and the trained network.</param>
    /// <param name="weights">One a layer, <c>[L]</c>.</param>
    /// <param name="bandwidth">As for <see cref="Mmd2"/>.</param>
    /// <param name="unbiased">As for <see cref="Mmd2"/>.</param>
    public static Tensor Weighted(IReadOnlyList<(Tensor Old, Tensor Current)> layers, Tensor weights, double? bandwidth = null, bool unbiased = true)
    {
        using var scope = NewDisposeScope();
        ArgumentNullException.ThrowIfNull(layers);
        Require.Floating(weights, nameof(weights));
        if (layers.Count == 0)
        {
            throw new ArgumentException("wanted at least one layer.", nameof(layers));
        }

        Require.Shape(weights, nameof(weights), layers.Count);
        var drifts = layers.Select(l => Mmd2(l.Old, l.Current, bandwidth, unbiased)).ToArray();
        return (stack(drifts, 0) * weights).sum().MoveToOuterDisposeScope();
    }

    private static void Check(Tensor features, string name, bool unbiased)
    {
        Require.Floating(features, name);
        var least = unbiased ? 2 : 1;
        if (features.dim() != 2 || features.shape[0] < least || features.shape[1] == 0)
        {
            throw new ArgumentException($"wanted shape [n, d] with n of at least {least}, found {Require.Show(features.shape)}.", name);
        }

        if (Require.Values(null, features))
        {
            Require.Finite(features, name);
        }
    }

    private static Tensor SquaredDistances(Tensor x, Tensor y) => (x.unsqueeze(1) - y.unsqueeze(0)).square().sum(2);

    private static Tensor Median(params Tensor[] squared)
    {
        var median = cat([.. squared.Select(s => s.detach().reshape(-1))], 0).median();
        return (median * 2).masked_fill(median.eq(0), 1);
    }
}
