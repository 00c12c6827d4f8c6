namespace GrpoAnalyzers.Runtime;

/// <summary>
/// (1/N) sum_i (A_i - Temperature x sum_t log I)^2: policy mirror descent as a regression (Kimi k1.5, 2501.12599). Its gradient is
/// 2 x Temperature times that of the policy-gradient form. Scale and aggregation are not verified from the primary text.
/// </summary>
/// <param name="Temperature">tau; must be positive.</param>
public sealed record KimiPmdLoss(double Temperature)
{
    /// <summary>The loss of a batch; the denominator is the number of completions.</summary>
    /// <param name="inputs">Reads log-probabilities, old ones, the mask and centred advantages.</param>
    /// <param name="window">What the step of the optimiser sees besides this batch; null: nothing.</param>
    public LossResult Compute(LossInputs inputs, Window? window = null)
    {
        using var scope = NewDisposeScope();
        Require.Positive(Temperature, nameof(Temperature));
        window ??= Window.Whole;
        var batch = TokenBatch.From(inputs);
        window.Check(batch.LogProbs, batch.ChecksValues);
        var error = batch.CompletionAdvantages - batch.Layout.SumBySequence(batch.LogRatio) * Temperature;
        var counted = batch.Layout.Lengths.gt(0).to(batch.Layout.MathType);
        var numerator = (error.square() * counted).sum();
        return LossResult.Make(numerator, batch.SequenceCount, window, new LossMetrics { RatioMean = batch.Layout.TokenMean(batch.LogRatio.detach().exp()) });
    }
}
