namespace GrpoAnalyzers.Runtime;

/// <summary>
/// A negative evidence bound for a latent plan: NLL(actions | z) + (y - f(z))^2 / (2 Variance) + log(2 pi Variance) / 2 + KL(q(z) || N(0, 1)). Written
/// from the abstract of GAC (2512.21527) and the code of a model of the same authors; its own equations are not public.
/// </summary>
/// <param name="ReturnVariance">Variance of the return given the plan.</param>
public sealed record LatentPlanElbo(double ReturnVariance)
{
    /// <summary>The mean over B samples; the denominator is B.</summary>
    /// <param name="actionNll">-log p(actions | z), <c>[B]</c>.</param>
    /// <param name="predictedReturn">f(z), <c>[B]</c>.</param>
    /// <param name="targetReturn">y, <c>[B]</c>; a constant.</param>
    /// <param name="mean">Of q, <c>[B, d]</c>.</param>
    /// <param name="logVariance">Of q, <c>[B, d]</c>.</param>
    /// <param name="window">What the step of the optimiser sees besides this batch; null: nothing.</param>
    public LossResult Compute(Tensor actionNll, Tensor predictedReturn, Tensor targetReturn, Tensor mean, Tensor logVariance, Window? window = null)
    {
        using var scope = NewDisposeScope();
        Require.Positive(ReturnVariance, nameof(ReturnVariance));
        window ??= Window.Whole;
        var kl = GaussianKl.Of(mean, logVariance);
        Tensor Checked(Tensor tensor, string name)
        {
            Require.Floating(tensor, name);
            Require.Shape(tensor, name, mean.shape[0]);
            Require.SameDevice(tensor, name, mean);
            if (Require.Values(null, tensor))
            {
                Require.Finite(tensor, name);
            }

            return tensor.to(kl.dtype);
        }

        var nll = Checked(actionNll, nameof(actionNll));
        var error = Checked(targetReturn, nameof(targetReturn)).detach() - Checked(predictedReturn, nameof(predictedReturn));
        window.Check(mean, Require.Values(null, mean));
        var returns = error.square() / (2 * ReturnVariance) + 0.5 * Math.Log(2 * Math.PI * ReturnVariance);
        var numerator = (nll + returns + kl).sum();
        return LossResult.Make(numerator, full([], (double)mean.shape[0], kl.dtype, mean.device), window, new LossMetrics { Kl = kl.detach().mean() });
    }
}
