namespace GrpoAnalyzers.Runtime;

/// <summary>How far Adam moves on after clipping has taken the gradient away (2601.05002, eq. 36 and 37).</summary>
public static class Overshoot
{
    /// <summary>
    /// C_{T,k} for k = 0 … <paramref name="steps"/> - 1: the length of the k-th step without a gradient as a share of a full step. Where a gradient that
    /// never changed is zero from step <paramref name="before"/> on, the first moment decays with beta1 and the root of the second with sqrt(beta2).
    /// </summary>
    /// <param name="beta1">Decay of the first moment, 0 to less than 1.</param>
    /// <param name="beta2">Decay of the second moment, more than 0 and less than 1.</param>
    /// <param name="steps">How many steps without a gradient; at least 0.</param>
    /// <param name="before">T: the gradient is zero from step T on (the first step is 1), so that T - 1 steps had one; at least 2. Null: infinitely many, eq. 37.</param>
    public static double[] Predict(double beta1, double beta2, int steps, int? before = null)
    {
        if (!(beta1 is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(beta1), beta1, "wanted a number from 0 to less than 1.");
        }

        if (!(beta2 is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(beta2), beta2, "wanted a number of more than 0 and less than 1.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        if (before is < 2)
        {
            throw new ArgumentOutOfRangeException(nameof(before), before, "wanted at least 2: one step with a gradient before the first without.");
        }

        var shares = new double[steps];
        for (var k = 0; k < steps; k++)
        {
            var limit = Math.Pow(beta1 / Math.Sqrt(beta2), k + 1);

            // What bias correction adds while the optimiser is young; 1 for an old one.
            shares[k] = before is { } t
                ? limit * Grown(beta1, t - 1) / Grown(beta1, t + k) * Math.Sqrt(Grown(beta2, t + k) / Grown(beta2, t - 1))
                : limit;
        }

        return shares;
    }

    /// <summary>
    /// The sum of all further steps in full steps where the gradient never comes back, r / (1 - r) with r = beta1 / sqrt(beta2): for (0.9, 0.999)
    /// nine of them, for (0.9, 0.95) twelve. Infinite where beta1 &gt;= sqrt(beta2).
    /// </summary>
    /// <param name="beta1">Decay of the first moment, 0 to less than 1.</param>
    /// <param name="beta2">Decay of the second moment, more than 0 and less than 1.</param>
    public static double Total(double beta1, double beta2)
    {
        var ratio = Predict(beta1, beta2, 1)[0];
        return ratio < 1 ? ratio / (1 - ratio) : double.PositiveInfinity;
    }

    private static double Grown(double beta, int steps) => 1 - Math.Pow(beta, steps);
}
