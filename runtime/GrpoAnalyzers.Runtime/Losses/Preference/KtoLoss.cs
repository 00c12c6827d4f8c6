namespace GrpoAnalyzers.Runtime;

/// <summary>
/// Kahneman-Tversky optimisation (KTO, 2402.01306), for single answers: lambda_D (1 - sigmoid(Beta (h - z))) where desirable, lambda_U
/// (1 - sigmoid(Beta (z - h))) elsewhere, h = log pi - log ref and z an estimate of KL(pi || ref) from answers of other prompts, at least 0 and without
/// a gradient. z is of the micro-batch unless the caller reduces it.
/// </summary>
public sealed record KtoLoss
{
    /// <summary>0.1 by custom.</summary>
    public double Beta { get; init; } = 0.1;

    /// <summary>lambda_D.</summary>
    public double DesirableWeight { get; init; } = 1;

    /// <summary>lambda_U.</summary>
    public double UndesirableWeight { get; init; } = 1;

    /// <summary>The mean over answers; the denominator is their number.</summary>
    /// <param name="logProbs">Summed log-probabilities under the policy, <c>[B]</c>.</param>
    /// <param name="referenceLogProbs">Under the reference, <c>[B]</c>.</param>
    /// <param name="desirable">bool, <c>[B]</c>.</param>
    /// <param name="mismatchedLogRatios">log pi - log ref of answers put to other prompts, over all ranks, any number of them; their mean is z.</param>
    /// <param name="window">What the step of the optimiser sees besides this batch; null: nothing.</param>
    public LossResult Compute(Tensor logProbs, Tensor referenceLogProbs, Tensor desirable, Tensor mismatchedLogRatios, Window? window = null)
    {
        using var scope = NewDisposeScope();
        window ??= Window.Whole;
        Require.Positive(Beta, nameof(Beta));
        Require.NotNegative(DesirableWeight, nameof(DesirableWeight));
        Require.NotNegative(UndesirableWeight, nameof(UndesirableWeight));
        Require.Floating(logProbs, nameof(logProbs));
        if (logProbs.dim() != 1 || logProbs.shape[0] == 0)
        {
            throw new ArgumentException($"wanted shape [B] with at least one answer, found {Require.Show(logProbs.shape)}.", nameof(logProbs));
        }

        Require.Floating(referenceLogProbs, nameof(referenceLogProbs));
        Require.Shape(referenceLogProbs, nameof(referenceLogProbs), logProbs.shape);
        Require.Boolean(desirable, nameof(desirable));
        Require.Shape(desirable, nameof(desirable), logProbs.shape);
        Require.Floating(mismatchedLogRatios, nameof(mismatchedLogRatios));
        if (mismatchedLogRatios.numel() == 0)
        {
            throw new ArgumentException("wanted at least one log-ratio.", nameof(mismatchedLogRatios));
        }

        Require.SameDevice(referenceLogProbs, nameof(referenceLogProbs), logProbs);
        Require.SameDevice(desirable, nameof(desirable), logProbs);
        Require.SameDevice(mismatchedLogRatios, nameof(mismatchedLogRatios), logProbs);
        var values = Require.Values(null, logProbs);
        if (values)
        {
            Require.Finite(logProbs, nameof(logProbs));
            Require.Finite(referenceLogProbs, nameof(referenceLogProbs));
            Require.Finite(mismatchedLogRatios, nameof(mismatchedLogRatios));
        }

        window.Check(logProbs, values);
        var type = Require.MathType(logProbs.dtype);
        var h = logProbs.to(type) - referenceLogProbs.detach().to(type);
        var z = mismatchedLogRatios.detach().to(type).mean().clamp_min(0);
        var losses = where(
            desirable,
            (1 - ((h - z) * Beta).sigmoid()) * DesirableWeight,
            (1 - ((z - h) * Beta).sigmoid()) * UndesirableWeight);
        return LossResult.Make(losses.sum(), full([], (double)logProbs.shape[0], type, logProbs.device), window, new LossMetrics { Kl = z });
    }
}
