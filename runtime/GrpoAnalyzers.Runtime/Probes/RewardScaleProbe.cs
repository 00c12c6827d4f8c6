using TorchSharp.Modules;

namespace GrpoAnalyzers.Runtime;

/// <summary>
/// Measures what rewards multiplied by phi do to an update (2601.05002, proposition 2): to AdamW nothing, unless a KL term or a large epsilon holds
/// against them.
/// </summary>
public static class RewardScaleProbe
{
    /// <summary>Trains a few updates for each phi from the same parameters, which are left as they were, as are their gradients.</summary>
    /// <param name="parameters">The policy's parameters.</param>
    /// <param name="optimizer">Makes an optimiser like the user's: a new one for each phi, since the scale must have been the same over its whole history.</param>
    /// <param name="loss">The user's loss with all rewards multiplied by phi, one number. It must not depend on chance.</param>
    /// <param name="scales">The phis.</param>
    /// <param name="updates">Updates a phi.</param>
    public static RewardScale Measure(
        IEnumerable<Parameter> parameters, Func<IEnumerable<Parameter>, torch.optim.Optimizer> optimizer, Func<double, Tensor> loss, IEnumerable<double> scales, int updates = 4)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(scales);
        ArgumentOutOfRangeException.ThrowIfLessThan(updates, 1);
        double[] phis = [.. scales.Select(s => Require.Positive(s, nameof(scales)))];
        Parameter[] all = [.. parameters];
        using var kept = new KeptPolicy(all);
        using var scope = NewDisposeScope();
        var plain = Train(1);
        var length = plain.norm().ToDouble();
        var rows = phis.Select(phi =>
        {
            using var inner = NewDisposeScope();
            var scaled = Train(phi);
            var scaledLength = scaled.norm().ToDouble();
            var cosine = plain.dot(scaled).ToDouble() / Math.Max(length * scaledLength, 1e-300);
            return new RewardScaleRow(phi, scaledLength / Math.Max(length, 1e-300), cosine, (scaled - plain).norm().ToDouble() / Math.Max(length, 1e-300));
        });
        return new RewardScale(length, [.. rows]);

        Tensor Train(double phi)
        {
            kept.RestoreValues();
            using var made = optimizer(all);
            for (var update = 0; update < updates; update++)
            {
                using var inner = NewDisposeScope();
                using var graph = enable_grad();
                foreach (var parameter in all)
                {
                    using var gradient = parameter.grad;
                    gradient?.zero_();
                }

                loss(phi).backward();
                made.step();
            }

            return kept.Way();
        }
    }
}

/// <summary>Updates with rewards multiplied by phi, against those with phi = 1.</summary>
/// <param name="Length">How far the parameters go with phi = 1.</param>
/// <param name="Rows">A phi each.</param>
public sealed record RewardScale(double Length, IReadOnlyList<RewardScaleRow> Rows)
{
    /// <summary>A table, a phi a row.</summary>
    public override string ToString() => ProbeTable.Of(
        FormattableString.Invariant($"update with phi = 1: {Length:G4} long"),
        ["phi", "length", "cosine", "difference"],
        Rows.Select(r => new object[] { r.Scale, r.Length, r.Cosine, r.Difference }));
}

/// <summary>One phi.</summary>
/// <param name="Scale">phi.</param>
/// <param name="Length">Length of the update as a multiple of that with phi = 1.</param>
/// <param name="Cosine">Cosine between the two.</param>
/// <param name="Difference">Length of their difference as a multiple of that with phi = 1.</param>
public sealed record RewardScaleRow(double Scale, double Length, double Cosine, double Difference);
